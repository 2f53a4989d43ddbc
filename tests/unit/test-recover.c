/* SPDX-License-Identifier: MIT */
/* What lies there after a kill, wherever it struck, decides how it ends. */
#include "swap-rig.h"

#define LOADER "ide/tools/bin/ExternalLoader/a.stldr"
#define BESIDE LOADER ".stoker-new-1"

/* The row of a swap that was begun: "original" becomes "good build". */
static void begin(const char *before, const char *after, const char *looks)
{
	struct swap_row row = { .id = 1, .tool = "cubeide", .install = rig.paths[0],
				.path = rig.paths[2], .before_looks = looks, .why = "test" };
	char before_hex[65], after_hex[65];

	if (before)
		rig_ok(db_keep(rig.db, before, strlen(before), before_hex, &rig_err));
	if (after)
		rig_ok(db_keep(rig.db, after, strlen(after), after_hex, &rig_err));
	row.before_sha256 = before ? before_hex : NULL;
	row.after_sha256 = after ? after_hex : NULL;
	rig_ok(journal_begin(rig.db, &row, NULL, NULL, &rig_err));
}

static void recover(const char *said)
{
	const struct ldb_recovery *r;

	rig_ok(ldb_recover(rig.db, &r, &rig_err));
	ck_assert_uint_eq(r->count, 1);
	ck_assert_msg(strstr(r->told[0], said), "%s", r->told[0]);
	ldb_free(r);
	/* Once is enough. */
	rig_ok(ldb_recover(rig.db, &r, &rig_err));
	ck_assert_uint_eq(r->count, 0);
	ldb_free(r);
}

#define NONE "(none)"

/* NULL: nothing before, or nothing to come; what lies there, and what shall then. */
static const struct {
	const char *what, *before, *after, *at, *beside, *said, *then, *then_beside;
} file_case[] = {
	{ "nothing done yet", "original", "good", "original", NONE, "is undone now",
	  "original", NONE },
	{ "a half new file", "original", "good", "original", "go", "is undone now", "original",
	  NONE },
	{ "a whole new file", "original", "good", "original", "good", "is undone now",
	  "original", NONE },
	{ "exchanged", "original", "good", "good", "original", "is done now", "good", NONE },
	{ "all but recorded", "original", "good", "good", NONE, "is done now", "good", NONE },
	{ "others wrote it", "original", "good", "theirs", "good", "left as it is", "theirs",
	  NONE },
	{ "theirs was exchanged", "original", "good", "good", "theirs", "beside it as", "good",
	  "theirs" },
	{ "new, half", NULL, "good", NONE, "go", "is undone now", NONE, NONE },
	{ "new, there", NULL, "good", "good", NONE, "is done now", "good", NONE },
	{ "new, others were faster", NULL, "good", "theirs", "good", "left as it is", "theirs",
	  NONE },
	{ "to go, not begun", "original", NULL, "original", NONE, "is undone now", "original",
	  NONE },
	{ "to go, renamed", "original", NULL, NONE, "original", "is done now", NONE, NONE },
	{ "to go, gone", "original", NULL, NONE, NONE, "is done now", NONE, NONE },
	{ "to go, but it was theirs", "original", NULL, NONE, "theirs", "left as that made it",
	  "theirs", NONE },
};

START_TEST(files)
{
	const __typeof__(*file_case) *c = &file_case[_i];

	begin(c->before, c->after, NULL);
	unlink(temp_path(LOADER));
	if (strcmp(c->at, NONE))
		temp_write(LOADER, c->at, 0644);
	if (strcmp(c->beside, NONE))
		temp_write(BESIDE, c->beside, 0644);
	recover(c->said);
	ck_assert_msg(!strcmp(temp_text(LOADER), c->then), "%s: %s", c->what, temp_text(LOADER));
	ck_assert_msg(!strcmp(temp_text(BESIDE), c->then_beside), "%s", c->what);
}
END_TEST

START_TEST(folder_is_gone)
{
	begin("original", "good", NULL);
	ck_assert_int_eq(rename(temp_path("ide"), temp_path("away")), 0);
	recover("its folder is gone");
}
END_TEST

/* ---- trees ------------------------------------------------------------ */

static void make_tree(const char *name, const char *text)
{
	char file[64];

	if (!strcmp(text, NONE))
		return;
	ck_assert_int_eq(mkdir(temp_path(name), 0755), 0);
	snprintf(file, sizeof(file), "%s/f", name);
	temp_write(file, text, 0644);
}

static const char *tree_text(const char *name)
{
	char file[64];

	snprintf(file, sizeof(file), "%s/f", name);
	return temp_text(file);
}

static void read_tree(const char *name, struct tree *ret)
{
	struct place p;

	rig_ok(place_open(temp_path(name), &p, &rig_err));
	rig_ok(tree_read(&p, p.name, ret, &rig_err));
	place_close(&p);
}

static const struct {
	const char *what, *state, *at, *ready, *kept, *said, *then, *then_ready, *then_kept;
} tree_case[] = {
	{ "half a copy", "begun", "old", "ne", NONE, "is undone now", "old", NONE, NONE },
	{ "a whole copy", "kept", "old", "new", NONE, "is undone now", "old", NONE, NONE },
	{ "exchanged", "kept", "new", "old", NONE, "is done now", "new", NONE, "old" },
	{ "kept", "kept", "new", NONE, "old", "is done now", "new", NONE, "old" },
	{ "all but done", "placed", "new", NONE, "old", "is done now", "new", NONE, "old" },
	{ "between two renames", "kept", NONE, "new", "old", "is done now", "new", NONE,
	  "old" },
	{ "the copy is damaged", "kept", NONE, "ne", "old", "is undone now", "old", NONE,
	  NONE },
	{ "others changed it", "kept", "theirs", "new", NONE, "left as that", "theirs", NONE,
	  NONE },
	{ "others changed both", "kept", "theirs", "too", NONE, "left alone", "theirs", "too",
	  NONE },
	{ "the new one changed", "placed", "theirs", NONE, "old", "changed the new tree",
	  "theirs", NONE, "old" },
	{ "nothing is left", "kept", NONE, NONE, NONE, "nothing is there", NONE, NONE, NONE },
};

START_TEST(trees)
{
	const __typeof__(*tree_case) *c = &tree_case[_i];
	struct swap_row row = { .id = 1, .tree = true, .tool = "cubeide",
				.install = rig.paths[0], .why = "test" };
	struct tree before, after;
	char path[PATH_MAX], kept[PATH_MAX], from[PATH_MAX];

	make_tree("was", "old");
	make_tree("from", "new");
	read_tree("was", &before);
	read_tree("from", &after);
	strcpy(path, temp_path("t"));
	strcpy(kept, temp_path("t.stoker-kept-1"));
	strcpy(from, temp_path("from"));
	row.path = path;
	row.kept_path = kept;
	row.from_tree = from;
	rig_ok(journal_begin(rig.db, &row, &before, &after, &rig_err));
	if (strcmp(c->state, "begun"))
		rig_ok(journal_state(rig.db, 1, c->state, NULL, &rig_err));
	make_tree("t", c->at);
	make_tree("t.stoker-new-1", c->ready);
	make_tree("t.stoker-kept-1", c->kept);
	recover(c->said);
	ck_assert_msg(!strcmp(tree_text("t"), c->then), "%s: %s", c->what, tree_text("t"));
	ck_assert_msg(!strcmp(tree_text("t.stoker-new-1"), c->then_ready), "%s", c->what);
	ck_assert_msg(!strcmp(tree_text("t.stoker-kept-1"), c->then_kept), "%s", c->what);
	tree_free(&before);
	tree_free(&after);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("recover");
	TCase *t = tcase_create("recover");

	tcase_add_checked_fixture(t, rig_setup, rig_clean);
	tcase_add_loop_test(t, files, 0, sizeof(file_case) / sizeof(file_case[0]));
	tcase_add_test(t, folder_is_gone);
	tcase_add_loop_test(t, trees, 0, sizeof(tree_case) / sizeof(tree_case[0]));
	suite_add_tcase(s, t);
	return unit_run(s);
}
