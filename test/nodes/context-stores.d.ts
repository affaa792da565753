declare module "@node-red/runtime/lib/nodes/context/index.js" {
  const contextStores: {
    /** Opens the stores that the settings name. */
    load(): Promise<unknown>;
    /** Closes them; what they have not yet written is written. */
    close(): Promise<unknown>;
  };
  export default contextStores;
}
