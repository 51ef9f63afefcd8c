/** The bundler collects styles; nothing is exported. */
declare module '*.css';
