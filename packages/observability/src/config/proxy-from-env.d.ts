/** The package brings no types; of it we use this. */
declare module 'proxy-from-env' {
  export function getProxyForUrl(url: string): string;
}
