/* SPDX-License-Identifier: MIT */
/* Findings: run the rules, and what they share. */
#include "core.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lint.h"

bool lint_say(struct lint *l, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(l->detail, sizeof(l->detail), fmt, args);
	va_end(args);
	return true;
}

bool lint_foreign(const struct lint *l)
{
	return !strcmp(l->info->error.cause, "foreign-machine");
}

const char *lint_size(uint64_t bytes, char buf[32])
{
	if (bytes && !(bytes & 0xFFFFF))
		snprintf(buf, 32, "%" PRIu64 " MiB", bytes >> 20);
	else if (bytes && !(bytes & 0x3FF))
		snprintf(buf, 32, "%" PRIu64 " KiB", bytes >> 10);
	else
		snprintf(buf, 32, "%" PRIu64 " bytes", bytes);
	return buf;
}

uint64_t lint_sector(const struct stk_device *d, bool largest)
{
	uint64_t size = d->n_regions ? d->regions[0].size : 0;

	for (size_t i = 1; i < d->n_regions; i++) {
		if (largest ? d->regions[i].size > size : d->regions[i].size < size)
			size = d->regions[i].size;
	}
	return size;
}

int lint_apply(struct lint *l, struct stk_loader *loader, const struct lint_rules *rules,
	       struct stk_error *err)
{
	struct stk_loader_builder b = { loader };
	int r = 0;

	for (size_t i = 0; i < rules->n && !r; i++) {
		if (rules->rule[i].check(l))
			r = stk_build_finding(&b, &rules->rule[i].rule, err, "%s",
					      l->detail);
	}
	return r;
}

int loader_lint(struct stk_loader *loader, const struct stk_format_driver *const *drivers,
		size_t n_drivers, struct stk_error *err)
{
	const struct lint_rules *const all[] = { &lint_file, &lint_table, &lint_name };
	struct stk_loader_builder b = { loader };
	struct lint l = {
		.loader = loader, .info = &loader->info, .device = loader->info.device,
		.drivers = drivers, .n_drivers = n_drivers,
	};
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(all) && !r; i++)
		r = lint_apply(&l, loader, all[i], err);
	if (!r && loader->format && stk_offers(loader->format, lint))
		r = loader->format->lint(&loader->info, &b, err);
	return r;
}
