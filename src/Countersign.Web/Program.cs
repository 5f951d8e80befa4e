using Countersign.Web.Hosting;

return await Commands.RunAsync(args);
