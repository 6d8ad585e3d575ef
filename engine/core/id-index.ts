/**
 * From order id to slot: pages of 1,024 consecutive ids. Ids are plain counters, so that a page is dense while it is
 * young; a page whose last order has gone is taken back and used again.
 */
const PAGE_IDS = 1024;

export class IdIndex {
  private readonly pages: (Int32Array | null)[] = [];
  private readonly counts: number[] = [];
  private readonly spare: Int32Array[] = [];
  private pagesInUse = 0;

  /** 0: no such order. */
  get(id: number): number {
    const pageNumber = Math.floor(id / PAGE_IDS);
    if (!(pageNumber >= 0 && pageNumber < this.pages.length)) return 0;
    const page = this.pages[pageNumber];
    return page == null ? 0 : page[id - pageNumber * PAGE_IDS]!;
  }

  set(id: number, slot: number): void {
    const pageNumber = Math.floor(id / PAGE_IDS);
    while (this.pages.length <= pageNumber) {
      this.pages.push(null);
      this.counts.push(0);
    }
    let page = this.pages[pageNumber];
    if (page == null) {
      page = this.spare.pop() ?? new Int32Array(PAGE_IDS);
      this.pages[pageNumber] = page;
      this.pagesInUse += 1;
    }
    page[id - pageNumber * PAGE_IDS] = slot;
    this.counts[pageNumber] = this.counts[pageNumber]! + 1;
  }

  /** The id must be set. */
  clear(id: number): void {
    const pageNumber = Math.floor(id / PAGE_IDS);
    const page = this.pages[pageNumber]!;
    page[id - pageNumber * PAGE_IDS] = 0;
    const count = this.counts[pageNumber]! - 1;
    this.counts[pageNumber] = count;
    if (count > 0) return;
    this.pages[pageNumber] = null;
    this.spare.push(page);
    this.pagesInUse -= 1;
  }

  byteLength(): number {
    return (this.pagesInUse + this.spare.length) * PAGE_IDS * 4 + this.pages.length * 16;
  }
}
