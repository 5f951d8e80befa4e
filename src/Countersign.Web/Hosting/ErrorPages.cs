using Countersign.Web.Api;
using Countersign.Web.Shared;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;

namespace Countersign.Web.Hosting;

/// <summary>What goes wrong gets a sentence: a page for people, a problem document (RFC 9457) for programs. Details go to the log under the reference shown.</summary>
public sealed class ErrorPages(RequestDelegate next, ILogger<ErrorPages> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, ContentLength: null, ContentType: null, StatusCode: var status })
            {
                if (status is 400 or 415)
                    await ShowAsync(context, status, status == 415 ? "not-json" : "not-understood", "Not understood", "The request could not be read. Nothing was changed.");
                else if (status is 403 or 404 or 405)
                    await ShowAsync(context, status, "not-here", "Not here", "There is nothing at this address, or it is not for you to see.");
            }
        }
        catch (BadHttpRequestException bad) when (!context.Response.HasStarted)
        {
            await ShowAsync(context, bad.StatusCode, bad.StatusCode == 413 ? "too-large" : "not-understood", bad.StatusCode == 413 ? "Too large" : "Not understood", bad.StatusCode == 413
                ? $"That is larger than {Server.MaxRequest / 1048576} MB, the most one form may hold. Nothing was kept of it; the draft is as it was."
                : "The request could not be read. Nothing was changed.");
        }
        catch (AntiforgeryValidationException) when (!context.Response.HasStarted)
        {
            await ShowAsync(context, 400, "old-form", "This form is too old", "It was opened before you signed in, or in another browser. Nothing was changed; go back, load the page again and repeat.");
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The browser went away; nobody is left to tell.
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            logger.LogError(fault, "Request {Reference} failed", context.TraceIdentifier);
            await ShowAsync(context, 500, "failed", "Something failed here", $"What you asked for was not done, and nothing was half done. Tell an administrator the reference {context.TraceIdentifier}.");
        }
    }

    /// <summary>Instead of whatever was about to be answered.</summary>
    /// <param name="code">For programs.</param>
    internal static async Task ShowAsync(HttpContext context, int status, string code, string title, string sentence)
    {
        context.Response.Clear();
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        Pages.SetHeaders(context.Response.Headers);
        if (context.Request.Path.StartsWithSegments("/api"))
            await Results.Problem(sentence, statusCode: status, title: title, type: ApiEndpoints.TypeOf(code)).ExecuteAsync(context);
        else
            await Pages.Show<ProblemPage>(new { Title = title, Sentence = sentence }, status).ExecuteAsync(context);
    }
}
