/* SPDX-License-Identifier: MIT */
/* The steps that look at the flash: verified is what was read, nothing else. */
#include "core.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "job.h"

#define READ_PIECE	(64u << 10)

/* ---- verify ----------------------------------------------------------- */

/* The report names the weakest method that was needed. */
static void note_method(struct stk_job *j, enum stk_verify_method method)
{
	if (method == STK_VERIFY_NONE ||
	    (j->method_known && j->report.method == STK_VERIFY_NONE))
		j->report.method = STK_VERIFY_NONE;
	else if (!j->method_known || method > j->report.method)
		j->report.method = method;
	j->method_known = true;
	j->report.verified = j->report.method != STK_VERIFY_NONE;
}

static int differs(struct stk_job *j, const struct job_sector *s, uint64_t at, uint64_t len,
		   const uint8_t *want, const uint8_t *got, struct stk_error *err)
{
	uint8_t erased = j->session.info->device->erased;
	uint64_t i = 0, n = 0;
	struct symptom_case c = { .symptom = SYMPTOM_MISMATCH,
				  .unchanged = s->before != NULL,
				  .blank = true };

	while (i < len && want[i] == got[i])
		i++;
	while (i + n < len && want[i + n] != got[i + n]) {
		uint64_t in = at + i + n - s->plan->range.addr;

		c.unchanged = c.unchanged && got[i + n] == s->before[in];
		c.blank = c.blank && got[i + n] == erased;
		n++;
	}
	/* An erased sector in which nothing arrived: nothing was programmed. */
	c.unchanged = j->plan->action == STK_ACTION_PROGRAM && (c.unchanged || c.blank);
	c.compared = j->plan->action == STK_ACTION_VERIFY;
	c.where = (struct stk_range){ at + i, n };
	c.want = want[i];
	c.found = got[i];
	s->state->state = STK_SECTOR_UNKNOWN;
	return job_bytes_wrong(j, c, err);
}

/*
 * What a sector must hold. An image that was only compared says nothing about
 * the bytes between its own.
 */
static void expected(const struct stk_job *j, const struct job_sector *s,
		     const uint8_t *got, uint8_t *ret)
{
	if (s->want && j->plan->erase != STK_ERASE_NONE) {
		memcpy(ret, s->want, s->plan->range.len);
		return;
	}
	memcpy(ret, got, s->plan->range.len);
	plan_overlay(j->plan->image, s->plan->range, ret);
}

static int verify_by_reading(struct stk_job *j, struct job_sector *s,
			     enum stk_verify_method method, struct stk_error *err)
{
	uint64_t len = s->plan->range.len;
	stk_cleanup(freep) uint8_t *got = malloc(len);
	stk_cleanup(freep) uint8_t *want = malloc(len);
	int r;

	if (!got || !want)
		return stk_fail_nomem(err);
	r = job_get(j, method, s->plan->range, got, err);
	if (r)
		return r;
	expected(j, s, got, want);
	return memcmp(got, want, len)
		       ? differs(j, s, s->plan->range.addr, len, want, got, err)
		       : 0;
}

/* The image's parts of a sector, one by one, through the loader's Verify. */
static int verify_by_loader(struct stk_job *j, struct job_sector *s, bool *ret,
			    struct stk_error *err)
{
	const struct stk_image_info *image = stk_image_info(j->plan->image);
	uint64_t start = s->plan->range.addr, end = stk_range_end(s->plan->range);

	*ret = true;
	for (size_t i = 0; i < image->n_chunks && *ret; i++) {
		const struct stk_chunk *c = &image->chunks[i];
		uint64_t from = c->addr > start ? c->addr : start;
		uint64_t upto = c->addr + c->len < end ? c->addr + c->len : end;
		int r;

		if (from >= upto)
			continue;
		r = reader_loader_verify(&j->session, from, c->data + (from - c->addr),
					 upto - from, ret, err);
		if (r)
			return r;
		if (!j->session.last.ok)
			return job_call_failed(j, err);
	}
	return 0;
}

static int verify_sector(struct stk_job *j, struct job_sector *s,
			 enum stk_verify_method method, struct stk_error *err)
{
	bool trusted = false;
	int r = 0;

	if (method == STK_VERIFY_READBACK || method == STK_VERIFY_LOADER_READ)
		r = verify_by_reading(j, s, method, err);
	else if (method == STK_VERIFY_LOADER_VERIFY)
		r = verify_by_loader(j, s, &trusted, err);
	if (r)
		return r;
	if (method == STK_VERIFY_LOADER_VERIFY && !trusted)
		method = STK_VERIFY_NONE;
	note_method(j, method);
	if (method == STK_VERIFY_NONE)
		return 0;
	if (s->state->state != STK_SECTOR_UNCHANGED)
		s->state->state = STK_SECTOR_VERIFIED;
	/* Bytes between those of the image count where they were to be something. */
	j->report.bytes_verified += method != STK_VERIFY_LOADER_VERIFY && s->want &&
						    j->plan->erase != STK_ERASE_NONE ?
					    s->plan->range.len : s->plan->image_bytes;
	return 0;
}

/* ---- neighbours ------------------------------------------------------- */

static int check_neighbour(struct stk_job *j, const struct job_neighbour *n,
			   enum stk_verify_method method, struct stk_error *err)
{
	stk_cleanup(freep) uint8_t *got = malloc(n->range.len);
	struct symptom_case c = { .symptom = SYMPTOM_NEIGHBOUR, .blank = true };
	uint64_t i = 0;
	int r;

	if (!got)
		return stk_fail_nomem(err);
	r = job_get(j, method, n->range, got, err);
	if (r)
		return r;
	while (i < n->range.len && got[i] == n->before[i])
		i++;
	if (i == n->range.len)
		return 0;
	c.where = (struct stk_range){ n->range.addr + i, 1 };
	c.want = n->before[i];
	c.found = got[i];
	for (i = 0; i < n->range.len; i++)
		c.blank = c.blank && got[i] == j->session.info->device->erased;
	return job_bytes_wrong(j, c, err);
}

/* Before the bytes themselves: a wrong sector erased explains what is missing. */
static int check_neighbours(struct stk_job *j, struct stk_range near,
			    enum stk_verify_method method, struct stk_error *err)
{
	struct stk_range around = { near.addr ? near.addr - 1 : 0, near.len + 2 };
	int r = 0;

	if (method != STK_VERIFY_READBACK && method != STK_VERIFY_LOADER_READ)
		return 0;
	for (size_t i = 0; i < j->n_neighbours && !r; i++) {
		const struct job_neighbour *n = &j->neighbours[i];

		if (n->loader == j->loader && stk_range_overlaps(n->range, around))
			r = check_neighbour(j, n, method, err);
	}
	return r;
}

int job_verify(struct stk_job *j, const struct stk_step *step, struct stk_error *err)
{
	size_t first, n = job_sectors_in(j, step, &first);
	enum stk_verify_method method;
	int r = job_method(j, step->range, &method, err);

	if (!r)
		r = check_neighbours(j, step->range, method, err);
	for (size_t i = 0; i < n && !r; i++) {
		r = verify_sector(j, &j->sectors[first + i], method, err);
		job_progress(j, step, j->sectors[first + i].plan->range.len);
	}
	if (!r && j->session.traces.doubtful && j->report.verified) {
		j->session.traces.doubtful = false;	/* said once */
		r = job_warn(j, err,
			     "'%s': a function returned a value that its format calls "
			     "failure; the flash itself says it worked",
			     j->session.info->path);
	}
	return r;
}

/* ---- blank check ------------------------------------------------------ */

static struct job_sector *sector_at(struct stk_job *j, uint64_t addr)
{
	for (size_t i = 0; i < j->plan->n_sectors; i++) {
		if (stk_range_contains(j->sectors[i].plan->range,
				       (struct stk_range){ addr, 1 }))
			return &j->sectors[i];
	}
	return NULL;
}

/* After an erase, whatever is not blank is a failure; else it is the answer. */
static int found_byte(struct stk_job *j, uint64_t addr, uint8_t value, struct stk_error *err)
{
	struct job_sector *s = sector_at(j, addr);
	struct symptom_case c = {
		.symptom = SYMPTOM_NOT_BLANK,
		.where = { addr, 1 },
		.want = j->session.info->device->erased,
		.found = value,
		.unchanged = s && s->before && s->before[addr - s->plan->range.addr] == value,
	};

	if (j->plan->action == STK_ACTION_BLANK_CHECK) {
		if (j->report.blank)
			j->report.mismatch = c.where;
		j->report.blank = false;
		return 0;
	}
	/* One that is not blank takes the word of the loader for the others along. */
	for (size_t i = 0; i < j->plan->n_sectors; i++) {
		struct job_sector *other = &j->sectors[i];

		if (other->plan->loader == j->loader &&
		    other->state->state == STK_SECTOR_ERASED)
			other->state->state = STK_SECTOR_UNKNOWN;
	}
	return job_bytes_wrong(j, c, err);
}

static int blank_range(struct stk_job *j, const struct stk_step *step,
		       struct stk_range range, enum stk_verify_method method,
		       struct stk_error *err)
{
	stk_cleanup(freep) uint8_t *buf = malloc(READ_PIECE);
	uint8_t erased = j->session.info->device->erased;

	if (!buf)
		return stk_fail_nomem(err);
	while (range.len && j->report.blank) {
		struct stk_range piece = { range.addr, range.len < READ_PIECE
							       ? range.len
							       : READ_PIECE };
		int r = job_get(j, method, piece, buf, err);

		for (uint64_t i = 0; i < piece.len && !r; i++) {
			if (buf[i] == erased)
				continue;
			r = found_byte(j, piece.addr + i, buf[i], err);
			break;
		}
		if (r)
			return r;
		job_progress(j, step, piece.len);
		range.addr += piece.len;
		range.len -= piece.len;
	}
	return 0;
}

/* In a program job only what was erased is blank: with a mass erase, everything. */
static int blank_erased(struct stk_job *j, const struct stk_step *step,
			enum stk_verify_method method, struct stk_error *err)
{
	size_t first, n = job_sectors_in(j, step, &first);
	int r = 0;

	for (size_t i = 0; i < n && !r; i++) {
		const struct job_sector *s = &j->sectors[first + i];

		if (s->change || j->plan->erase == STK_ERASE_CHIP)
			r = blank_range(j, step, s->plan->range, method, err);
	}
	return r;
}

/* A mass erase said that it worked, and where the image has nothing nobody looks. */
static int forget_erased(struct stk_job *j, const struct stk_step *step,
			 struct stk_error *err)
{
	size_t first, n = job_sectors_in(j, step, &first), unknown = 0;

	for (size_t i = 0; i < n; i++) {
		const struct job_sector *s = &j->sectors[first + i];

		if (s->plan->image_bytes || s->state->state != STK_SECTOR_ERASED)
			continue;
		s->state->state = STK_SECTOR_UNKNOWN;
		unknown++;
	}
	return unknown ? job_warn(j, err, "'%s': that %zu sectors outside the image were "
				  "erased cannot be checked: the flash cannot be read here",
				  j->session.info->path, unknown) : 0;
}

int job_blank(struct stk_job *j, const struct stk_step *step, struct stk_error *err)
{
	bool erase = j->plan->action == STK_ACTION_ERASE;
	bool asked = j->plan->action == STK_ACTION_BLANK_CHECK || erase;
	size_t first, n = job_sectors_in(j, step, &first);
	enum stk_verify_method method;
	int r = job_method(j, step->range, &method, err);

	if (r)
		return r;
	if (method != STK_VERIFY_READBACK && method != STK_VERIFY_LOADER_READ) {
		if (erase)
			note_method(j, STK_VERIFY_NONE);
		if (!asked)
			return forget_erased(j, step, err);
		return erase ? 0 : stk_fail(err, STK_ORIGIN_LOADER, ENOTSUP, "cannot-read",
					    "the flash cannot be read here, and the loader "
					    "has no Read");
	}
	if (asked) {
		r = blank_range(j, step, step->range, method, err);
		if (!r && erase)
			r = check_neighbours(j, step->range, method, err);
		if (!r)
			note_method(j, method);
		for (size_t i = 0; erase && i < n && !r; i++)
			j->sectors[first + i].state->state = STK_SECTOR_VERIFIED;
		return r;
	}
	return blank_erased(j, step, method, err);
}

/* ---- read ------------------------------------------------------------- */

static int read_pieces(struct stk_job *j, const struct stk_step *step,
		       enum stk_verify_method method, uint8_t *buf, struct stk_error *err)
{
	struct stk_range rest = step->range;

	while (rest.len) {
		struct stk_range piece = { rest.addr,
					   rest.len < READ_PIECE ? rest.len : READ_PIECE };
		int r = job_get(j, method, piece, buf + (rest.addr - step->range.addr),
				err);

		if (r)
			return r;
		job_progress(j, step, piece.len);
		rest.addr += piece.len;
		rest.len -= piece.len;
	}
	return 0;
}

int job_read(struct stk_job *j, const struct stk_step *step, struct stk_error *err)
{
	enum stk_verify_method method;
	struct stk_chunk *grown;
	uint8_t *buf;
	int r = job_method(j, step->range, &method, err);

	if (r)
		return r;
	if (method != STK_VERIFY_READBACK && method != STK_VERIFY_LOADER_READ)
		return stk_fail(err, STK_ORIGIN_LOADER, ENOTSUP, "cannot-read",
				"the flash at 0x%08" PRIx64
				" cannot be read here, and the loader "
				"has no Read",
				step->range.addr);
	grown = reallocarray(j->read, j->report.n_read + 1, sizeof(*grown));
	if (!grown)
		return stk_fail_nomem(err);
	j->read = grown;
	j->report.read = grown;
	buf = malloc(step->range.len);
	if (!buf)
		return stk_fail_nomem(err);
	r = read_pieces(j, step, method, buf, err);
	if (r) {
		free(buf);
		return r;
	}
	grown[j->report.n_read++] =
		(struct stk_chunk){ step->range.addr, buf, step->range.len };
	note_method(j, method);
	return 0;
}
