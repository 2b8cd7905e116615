import { CLASS_NAME, CLASS_SEPARATOR } from '../../functions/settings/caller-classes.ts';

/** A member of a class of callers. Keys belong to members; a member may have several, one after the other. */
export interface Member {
  readonly className: string;
  /** Its name in the class, such as `store-0042`. */
  readonly member: string;
}

/** One key of a member. */
export interface KeyName extends Member {
  /** 1 for the first, one more for each later key. */
  readonly generation: number;
}

const MEMBER_NAME = /^[\w-]{1,60}$/;

/** The member in the form of the command line: `tills.store-0042`. */
export function toMemberText({ className, member }: Member): string {
  return `${className}${CLASS_SEPARATOR}${member}`;
}

/** @returns undefined if the text names no member */
export function readMember(text: string): Member | undefined {
  const [className = '', member = '', ...more] = text.split(CLASS_SEPARATOR);
  const isMember = more.length === 0 && CLASS_NAME.test(className) && MEMBER_NAME.test(member);
  return isMember ? { className, member } : undefined;
}

/**
 * The beginning of the names of a deployment's usage plans and keys. No prefix of another deployment continues like
 * this.
 */
export function startOfNames(deployment: string): string {
  return `${deployment}${CLASS_SEPARATOR}`;
}

/** The key's name in API Gateway: `lookaside-production.tills.store-0042`, and `….2` for the second. */
export function toKeyText(deployment: string, { generation, ...member }: KeyName): string {
  const ending = generation === 1 ? '' : `${CLASS_SEPARATOR}${generation}`;
  return `${startOfNames(deployment)}${toMemberText(member)}${ending}`;
}

/**
 * @returns undefined if the text is not the name of a key of this deployment: the account has other keys, and the stack
 * its own
 */
export function readKeyName(deployment: string, text: string): KeyName | undefined {
  const start = startOfNames(deployment);
  if (!text.startsWith(start)) return undefined;
  const [, memberText = '', generation = '1'] =
    /^([^.]*\.[^.]*)(?:\.([1-9]\d{0,5}))?$/.exec(text.slice(start.length)) ?? [];
  const member = readMember(memberText);
  return member && { ...member, generation: Number(generation) };
}
