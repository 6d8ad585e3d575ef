/**
 * The open order lists of all instruments: which orders stand in them, and how far they have come.
 *
 * Owns: the lists. Does not own: what follows from a leg's end (list-course.ts). Rare beside orders, so plain objects;
 * by id, and by account in the order in which they were taken in.
 */
import { CLIENT_ORDER_ID_WORDS } from "../domain/client-order-id.ts";
import { LIST_CONTINGENCIES } from "../domain/order.ts";

export const OCO = LIST_CONTINGENCIES.indexOf("oco");
export const OTO = LIST_CONTINGENCIES.indexOf("oto");
export const OTOCO = LIST_CONTINGENCIES.indexOf("otoco");

export interface OrderList {
  readonly id: number;
  readonly instrument: number;
  readonly account: number;
  readonly contingency: number;
  readonly clientId: Uint32Array;
  /** In the order of the legs. */
  readonly orderIds: readonly number[];
  /** Of oto and otoco: whether a fill has closed the working order. */
  workingFilled: boolean;
  /** The orders behind the working one have been set free. */
  isSecondPhase: boolean;
  /** One of its pair has excluded the other, and lives on alone. */
  isDecided: boolean;
}

/** As a snapshot keeps it. */
export type StoredList = readonly [
  id: number,
  instrument: number,
  account: number,
  contingency: number,
  clientId: readonly number[],
  orderIds: readonly number[],
  flags: number,
];

const WORKING_FILLED = 1;
const SECOND_PHASE = 2;
const DECIDED = 4;

export class OrderLists {
  lastId = 0;
  private readonly byId = new Map<number, OrderList>();
  private readonly byAccount = new Map<number, OrderList[]>();

  open(
    instrument: number,
    account: number,
    contingency: number,
    clientId: Uint32Array,
    orderIds: readonly number[],
  ): OrderList {
    this.lastId += 1;
    const list: OrderList = {
      id: this.lastId,
      instrument,
      account,
      contingency,
      clientId: clientId.slice(),
      orderIds,
      workingFilled: false,
      isSecondPhase: false,
      isDecided: false,
    };
    this.put(list);
    return list;
  }

  get(id: number): OrderList | undefined {
    return this.byId.get(id);
  }

  close(list: OrderList): void {
    this.byId.delete(list.id);
    const others = this.ofAccount(list.account).filter((other) => other !== list);
    if (others.length === 0) this.byAccount.delete(list.account);
    else this.byAccount.set(list.account, others);
  }

  /** Open ones, oldest first. */
  ofAccount(account: number): readonly OrderList[] {
    return this.byAccount.get(account) ?? [];
  }

  openOn(account: number, instrument: number): number {
    return this.ofAccount(account).filter((list) => list.instrument === instrument).length;
  }

  /** The account's open list on an instrument with this client id (eight words). */
  byClientId(account: number, instrument: number, words: Uint32Array): OrderList | undefined {
    return this.ofAccount(account).find((list) => list.instrument === instrument && hasClientId(list, words));
  }

  private put(list: OrderList): void {
    this.byId.set(list.id, list);
    const others = this.byAccount.get(list.account);
    if (others === undefined) this.byAccount.set(list.account, [list]);
    else others.push(list);
  }

  /** By id. */
  capture(): readonly StoredList[] {
    return [...this.byId.values()]
      .sort((one, other) => one.id - other.id)
      .map((list) => [
        list.id,
        list.instrument,
        list.account,
        list.contingency,
        [...list.clientId],
        list.orderIds,
        (list.workingFilled ? WORKING_FILLED : 0) |
          (list.isSecondPhase ? SECOND_PHASE : 0) |
          (list.isDecided ? DECIDED : 0),
      ]);
  }

  restore(lastId: number, stored: readonly StoredList[]): void {
    this.lastId = lastId;
    for (const [id, instrument, account, contingency, clientId, orderIds, flags] of stored) {
      this.put({
        id,
        instrument,
        account,
        contingency,
        clientId: Uint32Array.from(clientId),
        orderIds,
        workingFilled: (flags & WORKING_FILLED) !== 0,
        isSecondPhase: (flags & SECOND_PHASE) !== 0,
        isDecided: (flags & DECIDED) !== 0,
      });
    }
  }
}

export function hasClientId(list: OrderList, words: Uint32Array): boolean {
  for (let word = 0; word < CLIENT_ORDER_ID_WORDS; word++) if (list.clientId[word] !== words[word]) return false;
  return true;
}
