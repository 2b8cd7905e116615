/** The whole world's phone metadata, for numbers from abroad: imported when the first of them is looked up. */
export { default as phoneMetadata } from 'libphonenumber-js/mobile/metadata';
