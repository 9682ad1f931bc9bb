/* SPDX-License-Identifier: MIT */
/* OpenPGP: our table of keys, and files of keys. */
#include <config.h>

#include "trust/openpgp.h"

#include <string.h>

#include "base/mem.h"

#define FIRST_LINE "# pyvern openpgp 1"
#define ARMOR_BEGIN "-----BEGIN PGP PUBLIC KEY BLOCK-----"
#define ARMOR_END "-----END PGP PUBLIC KEY BLOCK-----"
#define ARMOR_SIGNATURE "-----BEGIN PGP SIGNATURE-----"
/* The tag of a packet that a file begins with: bit 7, then either format's number. */
#define PACKET_SIGNATURE 2
#define PACKET_PUBLIC_KEY 6

static int
bad(const char *what, struct str entry, const char *why, struct err *err)
{
	return err_set(err, ERR_CHECK, "%s: %.*s: %s", what, STR_ARG(entry), why);
}

static bool
fingerprint_ok(struct str text)
{
	if (text.n != 40 && text.n != OPENPGP_FINGERPRINT_MAX)
		return false;
	for (size_t i = 0; i < text.n; i++)
		if (!str_is_digit(text.p[i]) && (text.p[i] < 'A' || text.p[i] > 'F'))
			return false;
	return true;
}

static const struct openpgp_key *
find_key(const struct openpgp_table *table, struct str fingerprint)
{
	for (size_t i = 0; i < table->key_count; i++)
		if (str_eq_text(fingerprint, table->keys[i].fingerprint))
			return &table->keys[i];
	return NULL;
}

/* "-": no end to that side. */
static bool
read_end(struct str text, int64_t otherwise, int64_t *ret)
{
	*ret = otherwise;
	return str_eq_text(text, "-") || trust_time_parse(text, ret);
}

/* FINGERPRINT, from, until, name, the key in base64. */
static int
read_key(struct openpgp_table *table, const char *what, struct str line, struct err *err)
{
	struct openpgp_key *key = &table->keys[table->key_count];
	struct openpgp_key read = { 0 };
	struct str part[4];

	for (size_t i = 0; i < 4; i++)
		if (!str_split(&line, '\t', &part[i]))
			return bad(what, STR_LIT("a key"), "it has too few columns", err);
	if (!fingerprint_ok(part[0]) || find_key(table, part[0]))
		return bad(what, part[0], "that is no fingerprint, or stands here twice", err);
	if (table->key_count == OPENPGP_TABLE_MAX)
		return bad(what, part[0], "there are too many keys", err);
	if (!read_end(part[1], INT64_MIN, &read.window.start) ||
	    !read_end(part[2], INT64_MAX, &read.window.end))
		return bad(what, part[0], "when it may sign is no time", err);
	if (!str_eq_text(line, "-") && (!bytes_from_base64(line, &read.block) || !read.block.n)) {
		bytes_reset(&read.block);
		return bad(what, part[0], "its key is no base64", err);
	}
	read.fingerprint = mem_strndup(part[0].p, part[0].n);
	read.name = mem_strndup(part[3].p, part[3].n);
	*key = read;
	table->key_count++;
	return 0;
}

/* SERIES, FINGERPRINT. */
static int
read_series(struct openpgp_table *table, const char *what, struct str line, struct err *err)
{
	struct openpgp_row *row = &table->rows[table->row_count];
	struct str series;
	const struct openpgp_key *key;

	if (!str_split(&line, '\t', &series) || series.n == 0)
		return bad(what, STR_LIT("a series"), "it has too few columns", err);
	key = find_key(table, line);
	if (!key)
		return bad(what, series, "its key is not above it", err);
	if (table->row_count == OPENPGP_TABLE_MAX)
		return bad(what, series, "there are too many series", err);
	row->series = mem_strndup(series.p, series.n);
	row->key = key;
	table->row_count++;
	return 0;
}

int
openpgp_table_parse(struct str text, const char *what, struct openpgp_table *ret, struct err *err)
{
	struct str line;
	struct str kind = { 0 };

	if (!str_line(&text, &line) || !str_eq_text(line, FIRST_LINE))
		return err_set(err, ERR_CHECK, "%s does not begin with: " FIRST_LINE, what);
	while (str_line(&text, &line)) {
		int status;

		if (line.n == 0 || line.p[0] == '#')
			continue;
		(void)str_split(&line, '\t', &kind);
		if (str_eq_text(kind, "key"))
			status = read_key(ret, what, line, err);
		else if (str_eq_text(kind, "series"))
			status = read_series(ret, what, line, err);
		else
			status = bad(what, kind, "nobody knows what that is", err);
		if (status < 0)
			return -1;
	}
	return 0;
}

void
openpgp_table_reset(struct openpgp_table *table)
{
	for (size_t i = 0; i < table->key_count; i++) {
		free(table->keys[i].fingerprint);
		free(table->keys[i].name);
		bytes_reset(&table->keys[i].block);
	}
	for (size_t i = 0; i < table->row_count; i++)
		free(table->rows[i].series);
	*table = (struct openpgp_table){ 0 };
}

const struct openpgp_key *
openpgp_table_find(const struct openpgp_table *table, struct str series, size_t n)
{
	for (size_t i = 0; i < table->row_count; i++)
		if (str_eq_text(series, table->rows[i].series) && n-- == 0)
			return table->rows[i].key;
	return NULL;
}

/* Is BYTE the first of a packet of that kind? */
static bool
is_packet(unsigned char byte, unsigned kind)
{
	if (!(byte & 0x80))
		return false;
	return byte & 0x40 ? (byte & 0x3Fu) == kind : (byte >> 2 & 0x0Fu) == kind;
}

bool
openpgp_is_signature(struct str text)
{
	return str_starts(text, STR_LIT(ARMOR_SIGNATURE)) ||
	       (text.n && is_packet((unsigned char)text.p[0], PACKET_SIGNATURE));
}

/* One block, whose first line was read: headers, an empty line, base64, a checksum. */
static int
decode_block(struct str *rest, const char *what, struct buf *ret, struct err *err)
{
	cleanup_buf struct buf base64 = BUF_INIT(OPENPGP_KEYS_MAX * 2);
	cleanup_bytes struct bytes bytes = { 0 };
	bool in_headers = true;
	struct str line;

	while (str_line(rest, &line)) {
		line = str_trim(line);
		if (str_eq_text(line, ARMOR_END)) {
			if (!bytes_from_base64(buf_str(&base64), &bytes) || bytes.n == 0)
				return bad(what, STR_LIT("a key"), "it is no base64", err);
			buf_add(ret, bytes.p, bytes.n);
			return 0;
		}
		if (in_headers)
			in_headers = line.n != 0;
		/* "=" and four characters are the checksum, which says nothing about origin. */
		else if (line.n && line.p[0] != '=')
			buf_add(&base64, line.p, line.n);
	}
	return bad(what, STR_LIT("a key"), "it has no end", err);
}

int
openpgp_keys_decode(struct str text, const char *what, struct buf *ret, struct err *err)
{
	struct str line;
	bool found = false;

	if (text.n && is_packet((unsigned char)text.p[0], PACKET_PUBLIC_KEY)) {
		buf_add(ret, text.p, text.n);
		return buf_check(ret, what, err);
	}
	while (str_line(&text, &line)) {
		if (!str_eq_text(str_trim(line), ARMOR_BEGIN))
			continue;
		if (decode_block(&text, what, ret, err) < 0)
			return -1;
		found = true;
	}
	if (!found)
		return err_set(err, ERR_CHECK, "%s has no OpenPGP keys", what);
	return buf_check(ret, what, err);
}
