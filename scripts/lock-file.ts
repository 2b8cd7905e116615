/** The lock file's facts about a package. */
interface LockedPackage {
  /** The package's own name, if it is installed under another. */
  readonly name?: string;
  readonly version?: string;
  /** The address of its file; for a package of a workspace, the workspace's folder. */
  readonly resolved?: string;
  /** A package of a workspace. */
  readonly link?: boolean;
  /** It comes inside the package that needs it. */
  readonly inBundle?: boolean;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The parts of the lock file that this file reads. */
export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** The lock files of the repository: the project's own, and those of what a command installs into `.cache/`. */
export const LOCK_FILES: readonly string[] = [
  'package-lock.json',
  'test/mutation/tools/package-lock.json',
  'test/openapi/tools/package-lock.json',
];

/** npm reads this address as "the registry that is set": a mirror takes its place. */
const REGISTRY = 'https://registry.npmjs.org';
const FOLDER = 'node_modules/';
const SYSTEMS = ['android', 'darwin', 'linux', 'win32', 'freebsd', 'openbsd', 'netbsd', 'sunos', 'aix', 'openharmony'];
const PROCESSORS = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 's390x', 'riscv64', 'loong64', 'mips64el', 'wasm32'];

/** An optional package that another names and the lock file lacks. */
export interface MissingPackage {
  readonly path: string;
  readonly entry: LockedPackage & Readonly<Record<string, unknown>>;
}

/**
 * The optional packages of other platforms that the lock file lacks. A registry that has only this platform's makes
 * `npm install` drop the others, and `npm ci` then refuses the lock file.
 */
export function missingPackages({ packages }: LockFile): readonly MissingPackage[] {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {}, ...parent }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !(`${FOLDER}${name}` in packages || `${path}/${FOLDER}${name}` in packages))
      .map(([name, version]) => ({ path: `${FOLDER}${name}`, entry: toEntry(name, version, parent) })),
  );
}

/**
 * The paths of the packages without an address of their file. For each of them `npm ci` asks the registry for the
 * address, even if the file itself is in npm's cache. An npm with `omit-lockfile-registry-resolved` leaves the
 * addresses out.
 */
export function packagesWithoutAddress({ packages }: LockFile): readonly string[] {
  return Object.entries(packages)
    .filter(([path, { link, inBundle, resolved }]) => path.includes(FOLDER) && !link && !inBundle && !resolved)
    .map(([path]) => path);
}

function toEntry(name: string, version: string, { dev, devOptional }: LockedPackage): MissingPackage['entry'] {
  const libc = name.endsWith('musl') ? ['musl'] : /gnu(eabihf)?$/.test(name) ? ['glibc'] : undefined;
  return {
    version: version.replace(/^\D*/, ''),
    cpu: [PROCESSORS.find((processor) => name.includes(processor)) ?? 'unknown'],
    ...(libc !== undefined && { libc }),
    optional: true,
    os: [SYSTEMS.find((system) => name.includes(system)) ?? 'unknown'],
    ...((dev || devOptional) && { dev: true }),
  };
}

/** The entry with the address of its file behind its version, where npm writes it. */
function withAddress(path: string, { name, version = '', ...rest }: LockedPackage): LockedPackage {
  const registered = name ?? path.slice(path.lastIndexOf(FOLDER) + FOLDER.length);
  const file = `${registered.split('/').at(-1)}-${version}.tgz`;
  return { ...(name && { name }), version, resolved: `${REGISTRY}/${registered}/-/${file}`, ...rest };
}

/** The lock file with its missing parts, in npm's order. */
export function completed<File extends LockFile>(lockFile: File): File {
  const added = missingPackages(lockFile).map(({ path, entry }) => [path, entry] as const);
  const whole = [...Object.entries(lockFile.packages), ...added].sort(([left], [right]) => (left < right ? -1 : 1));
  const bare = packagesWithoutAddress({ packages: Object.fromEntries(whole) });
  const packages = whole.map(([path, entry]) => [path, bare.includes(path) ? withAddress(path, entry) : entry]);
  return { ...lockFile, packages: Object.fromEntries(packages) };
}
