/* SPDX-License-Identifier: MIT */
/* What gpgv says of a signature. */
#include <config.h>

#include "trust/openpgp.h"

#include <stdio.h>

#define PREFIX "[GNUPG:] "
/* RFC 9580, 9.5: SHA-256, SHA-384, SHA-512. What is weaker can be made to fit another file. */
#define DIGEST_FIRST 8
#define DIGEST_LAST 10

/* What the lines say, together. */
struct saying {
	size_t signatures;
	size_t valid;
	const char *wrong;
	struct str fingerprint;
	struct str time;
	struct str digest;
	struct str class;
	struct str expires;
};

/* Words that say that a signature does not hold. */
static const struct {
	const char *word;
	const char *why;
} refusals[] = {
	{ "BADSIG", "it is not of these bytes" },
	{ "ERRSIG", "it cannot be checked" },
	{ "NO_PUBKEY", "it was made with a key that is not known here" },
	{ "REVKEYSIG", "its key was revoked" },
	{ "EXPSIG", "it has expired" },
	{ "NODATA", "it is no signature" },
	{ "UNEXPECTED", "it is no signature" },
};

/* FINGERPRINT date TIME expires version reserved algorithm DIGEST CLASS [PRIMARY] */
static void
read_valid(struct saying *s, struct str rest)
{
	struct str field[10] = { { 0 } };
	size_t n = 0;

	while (n < 10 && str_split(&rest, ' ', &field[n]))
		n++;
	s->valid++;
	s->fingerprint = n > 9 && field[9].n ? field[9] : field[0];
	s->time = field[2];
	s->digest = field[7];
	s->class = field[8];
}

static void
read_line(struct saying *s, struct str line)
{
	struct str word;

	if (!str_split(&line, ' ', &word)) {
		word = line;
		line = (struct str){ 0 };
	}
	if (str_eq_text(word, "NEWSIG"))
		s->signatures++;
	else if (str_eq_text(word, "VALIDSIG"))
		read_valid(s, line);
	else if (str_eq_text(word, "KEYEXPIRED"))
		s->expires = line;
	/* The first one is the reason; ERRSIG is explained by what follows it. */
	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++)
		if (str_eq_text(word, refusals[i].word) &&
		    (!s->wrong || str_eq_text(word, "NO_PUBKEY")))
			s->wrong = refusals[i].why;
}

/* Seconds since 1970, to milliseconds. */
static bool
read_time(struct str text, int64_t *ret)
{
	int64_t seconds = 0;

	if (text.n == 0 || text.n > 12)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if (!str_is_digit(text.p[i]))
			return false;
		seconds = seconds * 10 + (text.p[i] - '0');
	}
	*ret = seconds * 1000;
	return true;
}

static int
refuse(const char *why, struct err *err)
{
	return err_set(err, ERR_CHECK, "%s", why);
}

int
openpgp_status_parse(struct str text, struct openpgp_verdict *ret, struct err *err)
{
	struct saying s = { 0 };
	int64_t digest;
	struct str line;

	while (str_line(&text, &line))
		if (str_starts(line, STR_LIT(PREFIX)))
			read_line(&s, str_skip(line, sizeof(PREFIX) - 1));
	if (s.wrong)
		return refuse(s.wrong, err);
	if (s.signatures != 1 || s.valid != 1)
		return refuse("it is not one signature that holds", err);
	if (!s.fingerprint.n || s.fingerprint.n > OPENPGP_FINGERPRINT_MAX ||
	    !read_time(s.time, &ret->time) || !read_time(s.digest, &digest))
		return refuse("what gpgv says of it cannot be understood", err);
	if (digest < DIGEST_FIRST * 1000 || digest > DIGEST_LAST * 1000)
		return refuse("its digest is too weak", err);
	if (!str_eq_text(s.class, "00"))
		return refuse("it is not over the bytes of a file", err);
	ret->expires = INT64_MAX;
	if (s.expires.n && !read_time(s.expires, &ret->expires))
		return refuse("when its key ends cannot be understood", err);
	(void)snprintf(ret->fingerprint, sizeof(ret->fingerprint), "%.*s", STR_ARG(s.fingerprint));
	return 0;
}
