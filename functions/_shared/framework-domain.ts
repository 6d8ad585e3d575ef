/**
 * Out of the domain in which the Functions Framework runs each request (node:domain, function_wrappers.js).
 *
 * Whatever is made within it, a connection say, stays in it for ever; an error there later is printed and forgotten, or
 * sent to that request's client. Out of it, an error that nobody catches reaches the process, which ends in order
 * (function-run.ts).
 */
export function leaveDomain(): void {
  (process as { readonly domain?: { exit(): void } | null }).domain?.exit();
}
