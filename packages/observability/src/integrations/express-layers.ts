/** What is read of a router's layers; each version of Express has others of them. */
export interface Layer {
  handle: unknown;
  readonly route?: unknown;
  /** What it was mounted at; router 2.3 and later. */
  readonly rawPath?: unknown;
  /** Express 4. */
  readonly regexp?: RegExp & { readonly fast_slash?: boolean };
  readonly keys?: readonly { readonly name: string | number }[] | readonly string[];
  /** Express 5. */
  readonly matchers?: readonly ((path: string) => { readonly path: string } | false)[];
  readonly slash?: boolean;
  /** What the last request matched; Express 4, and router before 2.3. */
  readonly path?: unknown;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** The pattern of a path as it was declared: a text, a regular expression, or several of them. */
export function toPatternText(path: unknown): string {
  if (typeof path === 'string') return path;
  if (Array.isArray(path)) return path.map(toPatternText).join('|');
  return path instanceof RegExp ? String(path) : '';
}

/** The pattern at which a router was mounted; '' at the root. */
export function mountPattern(layer: Layer): string {
  if (layer.rawPath !== undefined) return toMountText(layer.rawPath);
  if (layer.slash === true || layer.regexp?.fast_slash === true) return '';
  if (layer.regexp !== undefined) return fromRegExp(layer.regexp, layer.keys ?? []);
  return fromLastMatch(layer);
}

/** The slash at the end of an expression belongs to it. */
export function toMountText(path: unknown): string {
  const text = toPatternText(path);
  return typeof path === 'string' ? withoutSlash(text) : text;
}

/** What `layer` takes of a path, undefined when it does not match. */
export function matchedPart(layer: Layer, path: string): string | undefined {
  if (layer.slash === true || layer.regexp?.fast_slash === true) return '';
  if (layer.regexp !== undefined) return layer.regexp.exec(path)?.[0];
  for (const matcher of layer.matchers ?? []) {
    const match = matcher(path);
    if (match !== false) return match.path;
  }
  return undefined;
}

/** The stack of a router, or of an application, which has one; undefined for anything else. */
export function stackOf(handle: unknown): readonly Layer[] | undefined {
  if (typeof handle !== 'function') return undefined;
  const { stack, _router: old } = handle as { readonly stack?: unknown; readonly _router?: { stack?: unknown } };
  if (Array.isArray(stack)) return stack as Layer[];
  if (Array.isArray(old?.stack)) return old.stack as Layer[];
  // Express 4 throws at whoever asks for `app.router`; an application of Express 5 has no `_router`.
  const router = 'lazyrouter' in handle || !('router' in handle) ? undefined : (handle.router as { stack?: unknown });
  return Array.isArray(router?.stack) ? (router.stack as Layer[]) : undefined;
}

export function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

/** Express 4 keeps what became of a pattern only: `^\/users(?:\/([^\/]+?))\/?(?=\/|$)` was `/users/:id`. */
function fromRegExp(regexp: RegExp, keys: NonNullable<Layer['keys']>): string {
  let next = 0;
  const text = regexp.source
    .replace(/^\^/, '')
    .replace(/(?:\\\/\?)?\(\?=\\\/\|\$\)$/, '')
    .replace(/\(\?:(\\\/)?\(\[\^\\?\/\]\+\?\)\)/g, (_all, slash: string | undefined) => {
      const key = keys[next];
      next += 1;
      return `${slash === undefined ? '' : '/'}:${typeof key === 'object' ? key.name : next - 1}`;
    })
    .replace(/\\([/.-])/g, '$1');
  // Whatever else it holds was an expression from the start.
  return /[\\()[\]^$*+?|]/.test(text) ? String(regexp) : text;
}

/** Where only a closure knows the pattern: a path that matched, with the values of its parameters taken out again. */
function fromLastMatch({ path, params }: Layer): string {
  if (typeof path !== 'string') return '';
  const names = new Map(Object.entries(params ?? {}).map(([name, value]) => [String(value), name]));
  const parts = path.split('/').map((part) => {
    const name = names.get(decoded(part));
    return name === undefined ? part : `:${name}`;
  });
  return withoutSlash(parts.join('/'));
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
