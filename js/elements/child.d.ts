/**
 * What can be put into an element; nothing, for null, undefined and false. It is declared
 * here because a type of JSDoc cannot be part of itself.
 */
export type Child = Node | string | number | null | undefined | false | Child[];
