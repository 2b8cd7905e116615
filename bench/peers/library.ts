/** A look-up that a library caches: the upstream's answer as text. */
export type Cached = (key: string) => Promise<string>;

/** The options that a library gets from its server. */
export interface LibraryWorld {
  /** The library, imported. */
  readonly library: Readonly<Record<string, unknown>>;
  readonly dynamoDb: { readonly endpoint: string; readonly region: string; readonly credentials: Credentials };
  readonly freshSeconds: number;
  /** Asks the upstream for the path. */
  readonly ask: (key: string) => Promise<string>;
}

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Puts a library in front of the upstream, as its own documents advise. */
export type UseLibrary = (world: LibraryWorld) => Cached;

/** Stale entries may be served for so long if the upstream fails, where the library can. */
export const GRACE_SECONDS = 86_400;
