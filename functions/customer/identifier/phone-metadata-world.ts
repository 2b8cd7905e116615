/** The whole world's phone metadata, for numbers from abroad: imported by the first look-up that needs it. */
export { default as phoneMetadata } from 'libphonenumber-js/mobile/metadata';
