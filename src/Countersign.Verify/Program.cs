using Countersign.Verify;

return Verification.Run(args, Console.Out, Console.Error);
