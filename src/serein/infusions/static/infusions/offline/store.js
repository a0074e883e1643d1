// What the tablet keeps, in IndexedDB. Three boxes: entries that wait to be sent, one snapshot for
// each open visit, and a few single things (the tablet's number, its key, its clock). Entries and
// snapshots are sealed before they come here; only the visit's and the person's numbers are plain.
// A plain script, because the service worker needs it too: everything hangs on `self.chairStore`.

(() => {
  const NAME = "serein-chair";
  const MAKE = {
    entries: { keyPath: "sequence" },
    snapshots: { keyPath: "session" },
    single: { keyPath: "name" },
  };

  function promised(request) {
    return new Promise((done, failed) => {
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });
  }

  let opened;

  function open() {
    opened ??= new Promise((done, failed) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        for (const [name, shape] of Object.entries(MAKE)) {
          request.result.createObjectStore(name, shape);
        }
      };
      request.onsuccess = () => {
        const base = request.result;
        const forget = () => {
          opened = undefined;
        };
        base.onversionchange = () => {
          base.close();
          forget();
        };
        base.onclose = forget;
        done(base);
      };
      request.onerror = () => {
        opened = undefined;
        failed(request.error);
      };
    });
    return opened;
  }

  // Runs `work` on some boxes in one transaction and resolves when it is on the disk.
  async function within(boxes, mode, work) {
    const base = await open();
    const step = base.transaction(boxes, mode, { durability: "strict" });
    const ended = new Promise((done, failed) => {
      step.oncomplete = () => done();
      step.onabort = () => failed(step.error ?? new Error("The tablet could not keep this."));
    });
    ended.catch(() => undefined);
    const answer = await work(...boxes.map((name) => step.objectStore(name)));
    await ended;
    return answer;
  }

  const read = (box, work) => within([box], "readonly", work);
  const write = (box, work) => within([box], "readwrite", work);

  self.chairStore = {
    all: (box) => read(box, (each) => promised(each.getAll())),
    get: (box, key) => read(box, (each) => promised(each.get(key))),
    put: (box, row) => write(box, (each) => promised(each.put(row))),
    remove: (box, key) => write(box, (each) => promised(each.delete(key))),
    // Replaces an entry by another in one step, so that neither is lost nor doubled.
    swap: (gone, row) =>
      write("entries", async (each) => {
        await promised(each.put(row));
        await promised(each.delete(gone));
      }),
    // Counts up for ever, also after a restart.
    next: () =>
      write("single", async (each) => {
        const last = (await promised(each.get("sequence")))?.value ?? 0;
        await promised(each.put({ name: "sequence", value: last + 1 }));
        return last + 1;
      }),
    // After sign-out: with nothing unsent everything goes; else the key goes and the rest is closed.
    forget: () =>
      within(["entries", "snapshots", "single"], "readwrite", async (entries, snapshots, single) => {
        const waiting = await promised(entries.count());
        await promised(snapshots.clear());
        await promised(waiting ? single.delete("key") : single.clear());
        return waiting;
      }),
  };
})();
