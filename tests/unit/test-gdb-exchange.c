/* SPDX-License-Identifier: MIT */
/* Requests to a peer that follows a script, a process of its own, to the byte. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plugins/common/gdb/exchange.h"
#include "unit.h"

/* Long for what must come; only what hangs meets it. */
#define PATIENCE 60000

/* ---- the peer ----------------------------------------------------------- */

/* Bytes that it waits for, and bytes that it then sends; NULL: it goes instead. */
struct step {
	const char *expect, *send;
};

static pid_t peer;

/* 0: it was told what it expects, and nothing more. */
static int follow(int fd, const struct step *step)
{
	char c;

	for (; step->expect; step++) {
		for (const char *e = step->expect; *e; e++)
			if (read(fd, &c, 1) != 1 || c != *e)
				return 1;
		if (!step->send)
			return 0;
		/* Whoever has gone by then will miss it at the next step, or not. */
		if (step->send[0])
			(void)!send(fd, step->send, strlen(step->send), MSG_NOSIGNAL);
	}
	return read(fd, &c, 1) > 0 ? 2 : 0;
}

static struct gdb_exchange *start(const struct step *steps, int timeout_ms)
{
	struct gdb_exchange *x;
	struct gdb_stream *s;
	struct stk_error err;
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	peer = fork();
	if (!peer) {
		close(fds[0]);
		_exit(follow(fds[1], steps));
	}
	close(fds[1]);
	ck_assert_int_eq(gdb_stream_of(fds[0], "the peer", &s, &err), 0);
	ck_assert_int_eq(gdb_exchange_open(s, timeout_ms, &x, &err), 0);
	return x;
}

static void stop(struct gdb_exchange *x)
{
	int status;

	gdb_exchange_close(x);
	ck_assert_int_eq(waitpid(peer, &status, 0), peer);
	ck_assert_msg(!status, "the peer ended with %x", (unsigned int)status);
}

/* ---- answers ------------------------------------------------------------ */

/* What follows "$?#3f". */
static const struct {
	const char *what;
	struct step step[8];
	struct {
		const char *reply;	 /* NULL: none */
		const char *cause, *why; /* then */
		unsigned int repeated;
	} end;
} answers[] = {
	{ "a reply", { { "$?#3f", "+$S05#b8" }, { "+", "" } }, { .reply = "S05" } },
	{ "an empty one", { { "$?#3f", "+$#00" }, { "+", "" } }, { .reply = "" } },
	{ "without an acknowledgement",
	  { { "$?#3f", "$S05#b8" }, { "+", "" } },
	  { .reply = "S05" } },
	{ "a flood of them",
	  { { "$?#3f", "++++++++++++++++++++$S05#b8" }, { "+", "" } },
	  { .reply = "S05" } },
	{ "noise",
	  { { "$?#3f", "\r\nhello #12 $gar+bage $S05#b8" }, { "+", "" } },
	  { .reply = "S05" } },
	{ "notifications around it",
	  { { "$?#3f", "%Stop:T05#99+%Stop:T05#99$S05#b8%Stop:T05#99" }, { "+", "" } },
	  { .reply = "S05" } },
	{ "damaged once",
	  { { "$?#3f", "+$S05#b9" }, { "-", "$S05#b8" }, { "+", "" } },
	  { .reply = "S05", .repeated = 1 } },
	{ "damaged twice",
	  { { "$?#3f", "+$S05#b9" }, { "-", "$S0*#b8" }, { "-", "$S05#b8" }, { "+", "" } },
	  { .reply = "S05", .repeated = 2 } },
	{ "damaged whatever is done",
	  { { "$?#3f", "+$S05#b9" }, { "-", "$S05#b9" }, { "-", "$S05#b9" } },
	  { NULL, "link-damaged", "answered '?' with a damaged packet 3 times", 2 } },
	{ "the request was damaged",
	  { { "$?#3f", "-" }, { "$?#3f", "+$S05#b8" }, { "+", "" } },
	  { .reply = "S05", .repeated = 1 } },
	{ "and is whatever is done",
	  { { "$?#3f", "-" }, { "$?#3f", "-" }, { "$?#3f", "-" } },
	  { NULL, "link-damaged", "said 3 times that '?' reached it damaged", 2 } },
	{ "it never gets further",
	  { { "$?#3f", "--------" }, { "$?#3f$?#3f", "" } },
	  { NULL, "link-damaged", "said 3 times", 2 } },
	{ "longer than it may be",
	  { { "$?#3f", "+$0*~0*~#b0" }, { "+", "" } },
	  { NULL, "reply-too-long", "the peer answered '?' with more than the 128 bytes",
	    0 } },
	{ "another protocol",
	  { { "$?#3f", "Open OnChip Debugger\r\n> " }, { "", NULL } },
	  { NULL, "not-a-gdb-server",
	    "sent 24 bytes and no packet: is that the port for GDB?", 0 } },
	{ "it goes",
	  { { "$?#3f", NULL } },
	  { NULL, "link-lost", "the peer closed the connection", 0 } },
};

START_TEST(answer)
{
	const __typeof__(*answers) *c = &answers[_i];
	struct gdb_exchange *x = start(c->step, PATIENCE);
	struct stk_link_stats stats;
	struct gdb_reply reply;
	struct stk_error err;
	int r;

	gdb_exchange_most(x, 128);
	r = gdb_request(x, "?", 1, &reply, &err);
	if (c->end.reply) {
		ck_assert_msg(!r, "%s: %s", c->what, r ? err.msg : "");
		ck_assert_str_eq(reply.bytes, c->end.reply);
		ck_assert_uint_eq(reply.len, strlen(c->end.reply));
	} else {
		ck_assert_int_lt(r, 0);
		ck_assert_int_eq(r, -err.code);
		ck_assert_str_eq(err.cause, c->end.cause);
		ck_assert_msg(strstr(err.msg, c->end.why), "%s: %s", c->what, err.msg);
	}
	gdb_exchange_stats(x, &stats);
	ck_assert_uint_eq(stats.repeated, c->end.repeated);
	ck_assert_uint_eq(stats.round_trips, 1);
	stop(x);
}
END_TEST

/* ---- sequences ---------------------------------------------------------- */

static void request(struct gdb_exchange *x, const char *what, const char *expected)
{
	struct gdb_reply reply;
	struct stk_error err;

	ck_assert_msg(!gdb_ask(x, &reply, &err, "%s", what), "%s: %s", what, err.msg);
	ck_assert_str_eq(reply.bytes, expected);
}

START_TEST(counts)
{
	static const struct step steps[] = { { "$QStartNoAckMode#b0", "+$OK#9a" },
					     { "+$m0,4#fd", "$00*!#5b" },
					     { NULL, NULL } };
	struct gdb_exchange *x = start(steps, PATIENCE);
	struct stk_link_stats stats;

	request(x, "QStartNoAckMode", "OK");
	gdb_exchange_no_ack(x);
	request(x, "m0,4", "000000");
	gdb_exchange_stats(x, &stats);
	ck_assert_uint_eq(stats.round_trips, 2);
	ck_assert_uint_eq(stats.bytes_out, 19 + 1 + 8);
	ck_assert_uint_eq(stats.bytes_in, 7 + 8);
	ck_assert_uint_eq(stats.repeated, 0);
	stop(x);
}
END_TEST

START_TEST(gone_in_the_middle)
{
	static const struct step steps[] = {
		{ "$g#67", "+$1111#c4" }, { "+$?#3f", "+$S0" }, { "", NULL }, { NULL, NULL }
	};
	struct gdb_exchange *x = start(steps, PATIENCE);
	struct gdb_reply reply;
	struct stk_error err;

	request(x, "g", "1111");
	ck_assert_int_eq(gdb_ask(x, &reply, &err, "?"), -ENOTCONN);
	ck_assert_str_eq(err.cause, "link-lost");
	ck_assert_str_eq(err.msg, "the peer closed the connection");
	stop(x);
}
END_TEST

/* There is no asking again. */
START_TEST(damaged_without_acknowledgements)
{
	static const struct step steps[] = { { "$?#3f", "$a}#de" }, { NULL, NULL } };
	struct gdb_exchange *x = start(steps, PATIENCE);
	struct gdb_reply reply;
	struct stk_error err;

	gdb_exchange_no_ack(x);
	ck_assert_int_eq(gdb_ask(x, &reply, &err, "?"), -ENOTCONN);
	ck_assert_str_eq(err.cause, "link-damaged");
	stop(x);
}
END_TEST

/* After silence nothing is asked any more: the answer could be to anything. */
START_TEST(silence)
{
	static const struct step steps[] = { { "$g#67", "+" }, { NULL, NULL } };
	struct gdb_exchange *x = start(steps, 50);
	struct gdb_reply reply;
	struct stk_error err;

	ck_assert_int_eq(gdb_ask(x, &reply, &err, "g"), -ENOTCONN);
	ck_assert_str_eq(err.cause, "link-timeout");
	ck_assert_ptr_nonnull(strstr(err.msg, "the peer did not answer 'g' in 50 ms"));
	memset(&err, 0, sizeof(err));
	ck_assert_int_eq(gdb_ask(x, &reply, &err, "?"), -ENOTCONN);
	ck_assert_str_eq(err.cause, "link-timeout");
	ck_assert_int_eq(gdb_interrupt(x, &err), -ENOTCONN);
	ck_assert_int_eq(gdb_receive(x, 0, &reply, &err), -ENOTCONN);
	stop(x);
}
END_TEST

/* A request that was given up is answered first, and nobody takes it for the next. */
START_TEST(late_reply)
{
	static const struct step steps[] = { { "$g#67", "+" },
					     { "\003", "$1111#c4" },
					     { "+$?#3f", "+$S05#b8" },
					     { "+", "" },
					     { NULL, NULL } };
	struct gdb_exchange *x = start(steps, PATIENCE);
	struct gdb_reply reply;
	struct stk_error err;

	gdb_stream_wake(gdb_exchange_stream(x));
	ck_assert_int_eq(gdb_ask(x, &reply, &err, "g"), -EINTR);
	ck_assert_int_eq(gdb_interrupt(x, &err), 0);
	request(x, "?", "S05");
	stop(x);
}
END_TEST

/* Not one that comes twice either, although it is whole. */
START_TEST(reply_twice)
{
	static const struct step steps[] = { { "$g#67", "+$1111#c4$1111#c4$1112#c4" },
					     { "+++$?#3f", "+$S05#b8" },
					     { "+", "" },
					     { NULL, NULL } };
	struct gdb_exchange *x = start(steps, PATIENCE);
	struct stk_link_stats stats;

	request(x, "g", "1111");
	request(x, "?", "S05");
	gdb_exchange_stats(x, &stats);
	ck_assert_uint_eq(stats.repeated, 2);
	stop(x);
}
END_TEST

/* Of which half is here when the next request is to be sent. */
START_TEST(half_a_stray)
{
	static const struct step steps[] = { { "$g#67", "+$1111#c4$11" },
					     { "+\003", "11#c4" },
					     { "+$?#3f", "+$S05#b8" },
					     { "+", "" },
					     { NULL, NULL } };
	struct gdb_exchange *x = start(steps, PATIENCE);
	struct stk_error err;

	request(x, "g", "1111");
	ck_assert_int_eq(gdb_interrupt(x, &err), 0);
	request(x, "?", "S05");
	stop(x);
}
END_TEST

/* A wake while a late reply is awaited is for the request that follows. */
START_TEST(woken_twice)
{
	static const struct step steps[] = { { "$g#67", "+" },
					     { "\003", "$1111#c4" },
					     { "+$?#3f", "+$S05#b8" },
					     { "+$m0,1#fa", "+$00#60" },
					     { "+", "" },
					     { NULL, NULL } };
	struct gdb_exchange *x = start(steps, PATIENCE);
	struct gdb_reply reply;
	struct stk_error err;

	gdb_stream_wake(gdb_exchange_stream(x));
	ck_assert_int_eq(gdb_ask(x, &reply, &err, "g"), -EINTR);
	ck_assert_int_eq(gdb_interrupt(x, &err), 0);
	gdb_stream_wake(gdb_exchange_stream(x));
	ck_assert_int_eq(gdb_ask(x, &reply, &err, "?"), -EINTR);
	request(x, "m0,1", "00");
	stop(x);
}
END_TEST

/* A resume: nothing for long, output, a notification, and then the stop. */
START_TEST(halves)
{
	static const struct step steps[] = { { "$c#63", "+" },
					     { "\003", "$O41#b4" },
					     { "+", "%Stop:T05#99$T02thread:01;#04" },
					     { "+", "" },
					     { NULL, NULL } };
	struct gdb_exchange *x = start(steps, PATIENCE);
	struct gdb_reply reply;
	struct stk_error err;
	bool notification;

	ck_assert_int_eq(gdb_send(x, "c", 1, &err), 0);
	ck_assert_int_eq(gdb_receive(x, 0, &reply, &err), -ETIMEDOUT);
	ck_assert_int_eq(gdb_receive(x, 20, &reply, &err), -ETIMEDOUT);
	gdb_stream_wake(gdb_exchange_stream(x));
	ck_assert_int_eq(gdb_receive(x, PATIENCE, &reply, &err), -EINTR);
	ck_assert_int_eq(gdb_interrupt(x, &err), 0);
	ck_assert_int_eq(gdb_receive(x, PATIENCE, &reply, &err), 0);
	ck_assert_str_eq(reply.bytes, "O41");
	ck_assert_int_eq(gdb_receive_any(x, PATIENCE, &reply, &notification, &err), 0);
	ck_assert(notification);
	ck_assert_str_eq(reply.bytes, "Stop:T05");
	ck_assert_int_eq(gdb_receive_any(x, PATIENCE, &reply, &notification, &err), 0);
	ck_assert(!notification);
	ck_assert_str_eq(reply.bytes, "T02thread:01;");
	gdb_exchange_settled(x);
	stop(x);
}
END_TEST

/* The peer says "+" for ever: it has not answered. */
START_TEST(endless_talk)
{
	struct gdb_exchange *x;
	struct gdb_stream *s;
	struct gdb_reply reply;
	struct stk_error err;
	const char *talk = _i ? "++++++++" : "noise... ";
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	/* The first of it is there before anybody looks. */
	ck_assert_int_gt(send(fds[1], talk, strlen(talk), 0), 0);
	peer = fork();
	if (!peer) {
		close(fds[0]);
		while (send(fds[1], talk, strlen(talk), MSG_NOSIGNAL) > 0)
			;
		_exit(0);
	}
	close(fds[1]);
	ck_assert_int_eq(gdb_stream_of(fds[0], "the peer", &s, &err), 0);
	ck_assert_int_eq(gdb_exchange_open(s, 50, &x, &err), 0);
	ck_assert_int_eq(gdb_ask(x, &reply, &err, "?"), -ENOTCONN);
	ck_assert_str_eq(err.cause, _i ? "link-timeout" : "not-a-gdb-server");
	stop(x);
}
END_TEST

/* A packet that is passed over is no reply, also where none comes. */
START_TEST(notification_only)
{
	static const struct step steps[] = { { "$c#63", "+%Stop:T05#99" }, { NULL, NULL } };
	struct gdb_exchange *x = start(steps, PATIENCE);
	struct gdb_reply reply = { "none", 4 };
	struct stk_error err;

	ck_assert_int_eq(gdb_send(x, "c", 1, &err), 0);
	ck_assert_int_eq(gdb_receive(x, 50, &reply, &err), -ETIMEDOUT);
	ck_assert_str_eq(reply.bytes, "none");
	stop(x);
}
END_TEST

/* ---- replies ------------------------------------------------------------ */

static const struct {
	const char *reply;
	bool ok, unknown, error;
	const char *text;
} replies[] = {
	{ "OK", true, false, false, "" },
	{ "OKAY", false, false, false, "" },
	{ "", false, true, false, "" },
	{ "E01", false, false, true, "error 01" },
	{ "Eff", false, false, true, "error ff" },
	{ "E14a", false, false, false, "" },
	{ "E1", false, false, false, "" },
	{ "Exx", false, false, false, "" },
	{ "E.", false, false, true, "" },
	{ "E.no flash there", false, false, true, "no flash there" },
	{ "E. a\n\tb\x1b[1m\x7f ", false, false, true, "a b [1m" },
	{ "E.0123456789012345678901234567890123456789", false, false, true,
	  "0123456789012345678901234567890" },
};

START_TEST(reply_kinds)
{
	const __typeof__(*replies) *c = &replies[_i];
	const struct gdb_reply r = { c->reply, strlen(c->reply) };
	char text[32] = "";

	ck_assert_int_eq(gdb_reply_ok(&r), c->ok);
	ck_assert_int_eq(gdb_reply_unknown(&r), c->unknown);
	ck_assert_int_eq(gdb_reply_error(&r, text, sizeof(text)), c->error);
	ck_assert_str_eq(text, c->text);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("gdb-exchange");
	TCase *t = tcase_create("exchanges");

	tcase_add_loop_test(t, answer, 0, sizeof(answers) / sizeof(answers[0]));
	tcase_add_test(t, counts);
	tcase_add_test(t, gone_in_the_middle);
	tcase_add_test(t, damaged_without_acknowledgements);
	tcase_add_test(t, silence);
	tcase_add_test(t, late_reply);
	tcase_add_test(t, reply_twice);
	tcase_add_test(t, half_a_stray);
	tcase_add_test(t, woken_twice);
	tcase_add_test(t, halves);
	tcase_add_test(t, notification_only);
	tcase_add_loop_test(t, endless_talk, 0, 2);
	tcase_add_loop_test(t, reply_kinds, 0, sizeof(replies) / sizeof(replies[0]));
	suite_add_tcase(s, t);
	return unit_run(s);
}
