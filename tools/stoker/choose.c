/* SPDX-License-Identifier: MIT */
/*
 * No -l: the loaders that the database's pins name for the target's chip and the
 * addresses of the job, or the only one known good. Which and why is said.
 */
#include "cmd.h"

#include "render/render.h"

#define HOW_TO_PIN	"pin one with 'stoker pin stoker %s REF --why TEXT'"

struct choosing {
	struct bench *b;
	const struct options *opt;
	const char *chip;
	struct ldb_question question;
	struct named_tool tool;	/* of --as */
};

/* "cubeide@1.8.0" */
static int ask_as(struct choosing *c, struct stk_error *err)
{
	int r = c->opt->as ? named_tool_parse(c->opt->as, &c->tool, err) : 0;

	c->question.tool = c->tool.name;
	c->question.version = c->tool.version;
	return r;
}

/* Some do without: 0, with the reason kept. */
static int none_needed(struct bench *b, const char *why)
{
	free(b->lacking);
	if (asprintf(&b->lacking, "no loader, so flash cannot be written: %s", why) < 0)
		out_of_memory();
	return 0;
}

/* Today's sentence, and what would have spared it. */
static int none_chosen(const struct choosing *c, struct stk_error *err)
{
	const struct stk_error why = *err;

	if (why.code != ENOENT || why.origin != STK_ORIGIN_DATABASE)
		return -why.code;
	if (c->b->may_lack)
		return none_needed(c->b, why.msg);
	return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "usage",
			"a loader is needed: -l FILE; %.250s; " HOW_TO_PIN, why.msg,
			c->chip ? c->chip : "DEVICE");
}

/* The loader of @p's answer, if it is not there already. */
static int take(struct choosing *c, const struct ldb_candidate *chosen, struct stk_error *err)
{
	const struct ldb_build *build = chosen->build;
	const char *name = chosen->pin && chosen->pin->name ? chosen->pin->name : build->name;
	struct bench *b = c->b;
	struct stk_loader **loaders;
	char **why;
	int r;

	for (size_t i = 0; i < b->n_loaders; i++) {
		if (!strcmp(stk_loader_info(b->loaders[i])->sha256, build->sha256))
			return 0;
	}
	loaders = reallocarray(b->loaders, b->n_loaders + 1, sizeof(struct stk_loader *));
	if (loaders)
		b->loaders = loaders;
	why = reallocarray(b->chosen, b->n_loaders + 1, sizeof(char *));
	if (why)
		b->chosen = why;
	if (!loaders || !why)
		return stk_fail_nomem(err);
	r = ref_open_build(b->db.db, b->ctx, name, build->sha256, 0,
			   &loaders[b->n_loaders], err);
	if (r < 0)
		return r;
	why[b->n_loaders] = strdup(chosen->why);
	if (!why[b->n_loaders])
		out_of_memory();
	fprintf(stderr, "stoker %s: using ", c->opt->cmd->name);
	text_safe(stderr, name);
	fprintf(stderr, " %.8s: ", build->sha256);
	text_safe(stderr, chosen->why);
	putc('\n', stderr);
	b->n_loaders++;
	return 0;
}

/* What is chosen for the first byte of @left; takes from it what that covers. */
static int choose_at(struct choosing *c, struct stk_range *left, struct stk_error *err)
{
	const struct ldb_answer *answer;
	struct stk_range place;
	uint64_t passed;
	int r;

	c->question.has_address = true;
	c->question.address = left->addr;
	r = ldb_resolve(c->b->db.db, &c->question, &answer, err);
	if (r < 0)
		return none_chosen(c, err);
	/* A tool tree, if there is one, comes first. */
	place = answer->places[answer->n_places - 1].range;
	r = place.len ? take(c, answer->places[answer->n_places - 1].candidates, err) :
			stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "usage",
				 "a loader is needed: -l FILE; a tool tree is pinned for %s, no"
				 " build at 0x%08llX", c->opt->as,
				 (unsigned long long)left->addr);
	passed = place.len - (left->addr - place.addr);
	ldb_free(answer);
	if (!r && passed < left->len) {
		left->addr += passed;
		left->len -= passed;
	} else {
		left->len = 0;
	}
	return r;
}

static int choose_range(struct choosing *c, struct stk_range left, struct stk_error *err)
{
	int r;

	/* --sector gives an address alone. */
	do
		r = choose_at(c, &left, err);
	while (!r && left.len);
	return r;
}

/* No address: the one loader there is for the chip; all, for who takes what there is. */
static int choose_only(struct choosing *c, struct stk_error *err)
{
	const struct ldb_answer *answer;
	int r = ldb_resolve(c->b->db.db, &c->question, &answer, err);

	if (r < 0)
		return none_chosen(c, err);
	for (size_t i = 0; !r && i < answer->n_places; i++) {
		if (answer->places[i].range.len)
			r = take(c, answer->places[i].candidates, err);
		if (!r && c->b->n_loaders > 1 && !c->b->may_lack)
			r = stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "usage",
				     "several loaders hold for %s: name one with -l, or say"
				     " which bytes with --range", c->chip);
	}
	if (!r && !c->b->n_loaders && c->b->may_lack)
		r = none_needed(c->b, "only a tool tree is pinned");
	else if (!r && !c->b->n_loaders)
		r = stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "usage",
			     "a loader is needed: -l FILE; only a tool tree is pinned for %s",
			     c->chip);
	ldb_free(answer);
	return r;
}

static int choose_all(struct choosing *c, struct stk_error *err)
{
	const struct bench *b = c->b;
	const struct options *opt = c->opt;
	int r = 0;

	if (b->image) {
		const struct stk_image_info *image = stk_image_info(b->image);

		for (size_t i = 0; !r && i < image->n_chunks; i++)
			r = choose_range(c, (struct stk_range){ image->chunks[i].addr,
								image->chunks[i].len }, err);
		return r;
	}
	for (size_t i = 0; !r && i < opt->n_ranges; i++)
		r = choose_range(c, opt->ranges[i], err);
	return r || opt->n_ranges ? r : choose_only(c, err);
}

int choose_begin(struct bench *b, const struct options *opt, struct stk_error *err)
{
	struct choosing c = { .b = b, .opt = opt };

	return opened_db_open(opt, b->ctx, true, &b->db, err) < 0 ? none_chosen(&c, err) : 0;
}

int choose_loaders(struct bench *b, const struct options *opt, struct stk_error *err)
{
	struct choosing c = { .b = b, .opt = opt, .question.size = sizeof(c.question) };
	const struct stk_chip *chip = stk_target_info(b->target)->chip;
	int r;

	if (!chip && b->may_lack)
		return none_needed(b, "the target does not tell its chip; give -l or --chip");
	if (!chip)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "usage",
				"a loader is needed: -l FILE; or --chip, for which one may be"
				" pinned: the target does not tell its chip");
	c.chip = chip->name;
	c.question.device = chip->name;
	c.question.or_good = true;
	r = ask_as(&c, err);
	if (!r)
		r = choose_all(&c, err);
	named_tool_free(&c.tool);
	return r;
}
