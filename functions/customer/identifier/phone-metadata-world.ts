/** The whole world's phone metadata, for numbers from abroad. The first look-up that needs it imports it. */
export { default as phoneMetadata } from 'libphonenumber-js/mobile/metadata';
