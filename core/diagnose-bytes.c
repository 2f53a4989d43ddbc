/* SPDX-License-Identifier: MIT */
/* Causes that wrong bytes tell. */
#include "core.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "diagnose-priv.h"

bool rule_neighbour(struct report *r, const struct symptom_case *c)
{
	if (c->symptom != SYMPTOM_NEIGHBOUR)
		return false;
	if (c->blank)
		return found(r, "neighbour-erased",
			     "the loader erases more than it is asked to; use another build, and "
			     "restore the sector, from the rescue file where one was kept",
			     "the sector at 0x%08" PRIx64
			     " was erased though nobody asked for it",
			     c->where.addr);
	return found(r, "neighbour-changed",
		     "the loader writes where it should not; use another build",
		     "bytes at 0x%08" PRIx64 " changed though nobody asked for it",
		     c->where.addr);
}

bool rule_no_effect(struct report *r, const struct symptom_case *c)
{
	if (c->symptom == SYMPTOM_CALL || c->symptom == SYMPTOM_UNSTABLE || !c->unchanged)
		return false;
	return found(r, "no-effect", "the loader is for another chip or part, or broken",
		     "the loader returned success, but the flash at 0x%08" PRIx64
		     " is what it was before", c->where.addr);
}

bool rule_otherwise(struct report *r, const struct symptom_case *c)
{
	if (c->symptom == SYMPTOM_UNSTABLE)
		return found(r, "unstable-read",
			     "lower the speed of the link, check its ground and the supply",
			     "0x%08" PRIx64
			     " read 0x%02x, then 0x%02x: a bad link, or flash that decays; "
			     "nothing was erased",
			     c->where.addr, c->want, c->found);
	if (c->symptom == SYMPTOM_NOT_BLANK)
		return found(r, "not-blank",
			     "try another build of the loader, or suspect a worn sector",
			     "0x%08" PRIx64
			     " reads 0x%02x after an erase that returned success",
			     c->where.addr, c->found);
	if (c->symptom == SYMPTOM_MISMATCH && c->compared)
		return found(r, "verify-mismatch",
			     "program it; the flash holds something else",
			     "0x%08" PRIx64 " reads 0x%02x, the image has 0x%02x",
			     c->where.addr, c->found, c->want);
	if (c->symptom == SYMPTOM_MISMATCH)
		return found(r, "verify-mismatch", "program again, or suspect the link",
			     "0x%08" PRIx64 " reads 0x%02x, 0x%02x was programmed",
			     c->where.addr, c->found, c->want);
	if (c->session->last.request.op == STK_OP_VERIFY)
		return found(
			r, "verify-mismatch",
			"program again, or suspect the link; only the loader's word says so",
			"%s %s", call_text(r, &c->session->last), c->session->last.meaning);
	return found(r, "function-failed",
		     "see what the loader checks there; the evidence is all the chip tells",
		     "%s %s", call_text(r, &c->session->last), c->session->last.meaning);
}
