/** Where the doors tell what happened; pino's logger is one. Never the content of resources. */
export interface Logger {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}
