/** What the lock file says of a package. */
interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The lock file, as far as it is looked at. */
export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

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
      .filter(([name]) => !(`node_modules/${name}` in packages || `${path}/node_modules/${name}` in packages))
      .map(([name, version]) => ({ path: `node_modules/${name}`, entry: toEntry(name, version, parent) })),
  );
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

/** The lock file with what it lacks, in npm's order. */
export function completed<File extends LockFile>(lockFile: File): File {
  const added = missingPackages(lockFile).map(({ path, entry }) => [path, entry] as const);
  const packages = [...Object.entries(lockFile.packages), ...added].sort(([left], [right]) => (left < right ? -1 : 1));
  return { ...lockFile, packages: Object.fromEntries(packages) };
}
