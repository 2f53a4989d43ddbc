/* SPDX-License-Identifier: MIT */
/* What is printed of a pin that was made or ended. */
#include "cmd.h"

#include "render/render.h"

/* Somebody else may have ended it since: it is looked for among all. */
int pin_show(struct ldb *db, const struct options *opt, int64_t id, struct pin_made *made,
	     struct stk_error *err)
{
	const struct ldb_pins *pins;
	int r = ldb_pins(db, true, &pins, err);

	if (r < 0)
		return r;
	made->database = ldb_path(db);
	for (size_t i = 0; i < pins->count; i++) {
		made->pin = &pins->item[i];
		if (made->pin->id != id)
			continue;
		if (opt->json)
			json_pin(stdout, made);
		else
			text_pin(stdout, made);
	}
	ldb_free(pins);
	return 0;
}
