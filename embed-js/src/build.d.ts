/** The version that this build is served under. */
declare const VERSION: string;

declare module '*.css' {
  const text: string;
  export default text;
}
