/**
 * The changelog's section of a version, or the section of the unreleased changes.
 *
 * @param changelog in the form of Keep a Changelog
 * @param version such as `1.2.0`
 * @throws {Error} if the changelog has neither
 */
export function releaseNotes(changelog: string, version: string): string {
  const sections = changelog.split(/^## (?=\[?(?:\d|Unreleased))/m).slice(1);
  const titled = (title: string) => sections.find((section) => section.replace(/^\[/, '').startsWith(title));
  const section = titled(`${version}\n`) ?? titled(`${version}]`) ?? titled(`${version} `) ?? titled('Unreleased');
  if (section === undefined)
    throw new Error(`CHANGELOG.md has no section of ${version}, and none of what is unreleased.`);
  return `${section.slice(section.indexOf('\n') + 1).trim()}\n`;
}
