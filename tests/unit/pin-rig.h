/* SPDX-License-Identifier: MIT */
/* pin-rig.h - a database of its own, with builds that only pins look at */
#ifndef PIN_RIG_H
#define PIN_RIG_H

#include "unit.h"

#include "loaderdb/db.h"

/* Builds "A", "B", ... and where their devices are; family NULL: not told. */
struct rig_build {
	char letter;
	uint64_t start, length;	/* length 0: it does not say */
	const char *family;
};

struct rig {
	char folder[64];
	char path[96];
	struct stk_ctx *ctx;
	struct ldb_facts *facts;
	struct ldb *db;
};

void rig_open(struct rig *rig);
void rig_close(struct rig *rig);
/* The digest of build @letter: that letter's number, 64 times. */
const char *rig_sha256(char letter);
void rig_add_build(struct rig *rig, const struct rig_build *b);
/* What ldb_pin_add() says; the error in @err. */
int rig_pin(struct rig *rig, const char *tool, const char *range, const char *device,
	    char letter, int64_t *ret, struct stk_error *err);
/* Somebody says that it is good; @chip and @host may be NULL. */
void rig_good(struct rig *rig, char letter, const char *chip, const char *host);

#endif
