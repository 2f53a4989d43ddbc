/* SPDX-License-Identifier: MIT */
/*
 * A program that embeds libstoker, as ABI 1 knew it: a board that one server has.
 *
 *	board LOADER TARGET SERVER
 */
#include <stdio.h>
#include <stoker/stoker.h>

static void say(void *data, const char *line)
{
	printf("%s\n", line);
	fflush(stdout);
}

static int serve(struct stk_target *target, struct stk_loader *loader, const char *server,
		 struct stk_error *err)
{
	struct stk_loader *const loaders[] = { loader };
	struct stk_board_options opt = {
		.size = sizeof(opt), .loaders = loaders, .n_loaders = 1, .say = say,
	};
	struct stk_board *board;
	const char *where;
	int r = stk_board_new(target, &opt, &board, err);

	if (r)
		return r;
	r = stk_board_listen(board, server, "127.0.0.1:0", NULL, &where, err);
	if (!r)
		say(NULL, where);
	if (!r)
		r = stk_board_serve(board, err);
	stk_board_free(board);
	return r;
}

int main(int argc, char **argv)
{
	struct stk_error err = { 0 };
	struct stk_ctx *ctx;
	struct stk_loader *loader = NULL;
	struct stk_target *target = NULL;
	int r;

	if (argc != 4)
		return 2;
	r = stk_ctx_new(NULL, &ctx, &err);
	if (r)
		return 1;
	r = stk_loader_open(ctx, argv[1], 0, &loader, &err);
	if (!r)
		r = stk_target_open(ctx, argv[2], NULL, &target, &err);
	if (!r)
		r = serve(target, loader, argv[3], &err);
	if (r)
		fprintf(stderr, "%s (%s)\n", err.msg, err.cause);
	stk_target_close(target);
	stk_loader_close(loader);
	stk_ctx_free(ctx);
	return r ? 1 : 0;
}
