/**
 * The whole package in one file, the worker and its module included, for where nothing puts further
 * files next to the page's script: it runs the `portable` build, from a Blob.
 *
 * @module pubwiki-lua/inline
 */

export * from './index.js'
