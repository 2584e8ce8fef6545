// What nobody needs to read and to write: one file, loaded once the first comments stand.
export { meant } from './address';
export { kept } from './kept';
export { report } from './report';
