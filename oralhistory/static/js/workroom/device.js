// A small database on this device (IndexedDB): its stores, and work within one transaction.

export function done(request) {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
  });
}

/** `stores`: options by name. Returns what does work in one transaction, given the stores in their order. */
export function database(name, stores, { durability } = {}) {
  const names = Object.keys(stores);
  let opened = null;

  function open() {
    opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(name, 1);
      request.addEventListener("upgradeneeded", () => {
        for (const [store, options] of Object.entries(stores)) request.result.createObjectStore(store, options);
      });
      request.addEventListener("success", () => {
        request.result.addEventListener("versionchange", () => { request.result.close(); opened = null; });
        resolve(request.result);
      });
      request.addEventListener("error", () => reject(request.error));
    });
    return opened;
  }

  // `atOnce`: work has made all its requests when it returns; their end is not waited for, since a page that is closed in the
  // next moment would take with it what is not yet committed.
  return async function within(mode, work, { atOnce = false } = {}) {
    const transaction = (await open()).transaction(names, mode, durability ? { durability } : undefined);
    const ended = new Promise((resolve, reject) => {
      transaction.addEventListener("complete", resolve);
      transaction.addEventListener("abort", () => reject(transaction.error));
    });
    const working = work(...names.map((each) => transaction.objectStore(each)));
    if (atOnce) transaction.commit();
    const result = await working;
    await ended;
    return result;
  };
}
