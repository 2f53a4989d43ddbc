/* SPDX-License-Identifier: MIT */
/* What can be wrong with a pack, by the names under which it is told. */
#include "pack.h"

#include "host.h"

const struct stk_rule pack_rules[PACK_RULE_COUNT] = {
	[PACK_RULE_MISSING] = { "STK-P001", STK_ERROR, "loader is not in the pack", NULL },
	[PACK_RULE_IDLE] = { "STK-P002", STK_NOTE, "loader serves no device", NULL },
	[PACK_RULE_TWO_DEFAULTS] = { "STK-P003", STK_WARNING, "two defaults", NULL },
	[PACK_RULE_TABLE] = { "STK-P004", STK_ERROR,
			      "device table and pack contradict each other", NULL },
	[PACK_RULE_NO_RAM] = { "STK-P005", STK_WARNING, "no RAM to run in", NULL },
	[PACK_RULE_MORE_RAM] = { "STK-P006", STK_WARNING, "more RAM than the device has",
				 NULL },
	[PACK_RULE_LESS_RAM] = { "STK-P007", STK_ERROR, "too little RAM", NULL },
	[PACK_RULE_NO_DEFAULT] = { "STK-P008", STK_WARNING, "no default", NULL },
	[PACK_RULE_UNUSABLE] = { "STK-P009", STK_ERROR, "element that no host can use",
				 NULL },
	[PACK_RULE_CASE] = { "STK-P010", STK_WARNING, "name differs in case", NULL },
	[PACK_RULE_PYOCD] = { "STK-P011", STK_WARNING, "pyOCD takes another",
			      "last-algorithm" },
	[PACK_RULE_PROBE_RS] = { "STK-P012", STK_NOTE, "a default for each processor",
				 "one-default" },
	[PACK_RULE_MORE] = { "STK-P013", STK_NOTE, "more than is listed", NULL },
};

int pack_finding(struct stk_pack *pack, struct pack_list *findings, enum pack_rule rule,
		 const char *detail, struct stk_error *err)
{
	const struct stk_rule *k = &pack_rules[rule];
	const struct stk_host_info *host = NULL;
	const struct stk_host_change *change =
		k->change ? host_change_find(k->change, &host) : NULL;
	struct stk_finding *f;

	if (findings->count > PACK_MAX_FINDINGS)
		return 0;
	if (findings->count == PACK_MAX_FINDINGS && rule != PACK_RULE_MORE)
		return pack_finding(pack, findings, PACK_RULE_MORE,
				    "there are more findings than are told of one pack", err);
	f = arena_alloc(&pack->arena, sizeof(*f));
	if (!f)
		return stk_fail_nomem(err);
	f->id = k->id;
	f->level = k->level;
	f->text = arena_printf(&pack->arena, "%s: %s", k->title, detail);
	if (!f->text)
		return stk_fail_nomem(err);
	if (change) {
		f->host = host->name;
		f->since = change->since;
		f->effect = change->effect;
		f->basis = change->basis;
		f->change = change->key;
	}
	return pack_list_add(findings, f, err);
}

struct stk_finding *pack_findings(struct stk_pack *pack, const struct pack_list *findings)
{
	struct stk_finding *f = arena_alloc(&pack->arena,
					    (findings->count + 1) * sizeof(*f));

	for (size_t i = 0; f && i < findings->count; i++)
		f[i] = *(const struct stk_finding *)findings->item[i];
	return f;
}
