/** What the FAKE engine does at an operator's command: it keeps assets, instruments, accounts, keys and limits. */
import type { Instrument } from "../../../engine/domain/instrument.ts";
import type { KeyRecord, OperatorCommand } from "../../../engine/domain/operator.ts";
import type { OperatorReply } from "../../../engine/protocol/views.ts";
import type { FakeEngine } from "./fake-engine.ts";

export async function operateFake(engine: FakeEngine, command: OperatorCommand): Promise<OperatorReply> {
  switch (command.type) {
    case "add_asset": {
      const asset = { id: engine.assets.length, name: command.name, decimals: command.decimals };
      engine.assets = [...engine.assets, asset];
      return { outcome: "done", asset, ...engine.stamp() };
    }
    case "add_instrument": {
      const { terms } = command;
      const catalog = engine.catalog();
      const instrument: Instrument = {
        ...terms,
        id: engine.instruments.length,
        status: "trading",
        baseAsset: catalog.assetByName.get(terms.base)?.id ?? -1,
        quoteAsset: catalog.assetByName.get(terms.quote)?.id ?? -1,
        baseAtomsPerLot: terms.lotE8,
        quoteAtomsPerTickLot: Math.round((terms.tickE8 * terms.lotE8) / 1e8),
      };
      engine.instruments = [...engine.instruments, instrument];
      return { outcome: "done", instrument, ...engine.stamp() };
    }
    case "set_instrument_status": {
      const instrument = engine.instruments.find((one) => one.symbol === command.symbol);
      if (instrument === undefined) return engine.rejected("instrument_not_found");
      if (instrument.status === command.status) return engine.rejected("status_unchanged");
      const changed = { ...instrument, status: command.status };
      engine.instruments = engine.instruments.map((one) => (one.id === changed.id ? changed : one));
      return { outcome: "done", instrument: changed, ...engine.stamp() };
    }
    case "set_instrument_rules": {
      const instrument = engine.instruments.find((one) => one.symbol === command.symbol);
      if (instrument === undefined) return engine.rejected("instrument_not_found");
      const changed = { ...instrument, rules: command.rules };
      engine.instruments = engine.instruments.map((one) => (one.id === changed.id ? changed : one));
      return { outcome: "done", instrument: changed, ...engine.stamp() };
    }
    case "set_exchange_limits":
      engine.limits = command.limits;
      return { outcome: "done", limits: command.limits, ...engine.stamp() };
    case "open_account": {
      if (engine.accounts.some((one) => one.name === command.name)) return engine.rejected("account_exists");
      const account = { id: engine.accounts.length, name: command.name, canTrade: true, canWithdraw: true };
      engine.accounts.push(account);
      return { outcome: "done", account, ...engine.stamp() };
    }
    case "set_account": {
      const account = engine.accounts[command.account];
      if (account === undefined) return engine.rejected("account_not_found");
      const changed = { ...account, canTrade: command.canTrade, canWithdraw: command.canWithdraw };
      engine.accounts[command.account] = changed;
      return { outcome: "done", account: changed, ...engine.stamp() };
    }
    case "register_key": {
      if (engine.accounts[command.account] === undefined) return engine.rejected("account_not_found");
      const { type, ...rest } = command;
      const key: KeyRecord = { ...rest, id: engine.keyRecords.length + 1, revoked: false };
      engine.keyRecords.push(key);
      return { outcome: "done", key, ...engine.stamp() };
    }
    case "set_key": {
      const index = engine.keyRecords.findIndex((one) => one.apiKey === command.apiKey);
      const key = engine.keyRecords[index];
      if (key === undefined) return engine.rejected("key_not_found");
      const { type, ...terms } = command;
      const changed = { ...key, ...terms };
      engine.keyRecords[index] = changed;
      return { outcome: "done", key: changed, ...engine.stamp() };
    }
    case "revoke_key": {
      const index = engine.keyRecords.findIndex((one) => one.apiKey === command.apiKey);
      const key = engine.keyRecords[index];
      if (key === undefined) return engine.rejected("key_not_found");
      const revoked = { ...key, revoked: true };
      engine.keyRecords[index] = revoked;
      return { outcome: "done", key: revoked, ...engine.stamp() };
    }
    case "operator_cancel_all": {
      const { value } = await engine.openOrders(command.account, command.instrument);
      const orders = value.map((order) => engine.changed(order, { status: "canceled" }));
      if (orders.length === 0) return engine.rejected("order_not_found");
      return { outcome: "canceled_all", orders, cancelClientOrderId: "", ...engine.stamp() };
    }
    case "deposit":
      return engine.accounts[command.account] === undefined
        ? engine.rejected("account_not_found")
        : { outcome: "done", ...engine.stamp() };
    case "set_instrument_fees":
    case "freeze_withdrawals":
    case "hold_withdrawal":
    case "settle_withdrawal":
    case "release_withdrawal":
      return { outcome: "done", ...engine.stamp() };
  }
}
