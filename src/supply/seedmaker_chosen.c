/* SPDX-License-Identifier: MIT */
/* Seeds of packages that a user chose. */
#include <config.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "supply/seedmaker_internal.h"
#include "trust/digest.h"
#include "venv/seed.h"

static int
not_at_hand(const struct making *m, const char *item, struct err *err)
{
	err_set(err, ERR_NOT_INSTALLED, "no wheel of %s is at hand for Python %s", item,
		m->spec->facts->version);
	return err_detail(err, "to fix", "%s--find-links DIR, or --seed with the wheel's file",
			  m->wheels->choice->download ? "" : "--download, ");
}

/* The digests of the best wheels, and what compiles them. */
int
seed_chosen_key(const struct making *m, char **ret_key, struct err *err)
{
	const struct strvec *items = &m->wheels->choice->list->items;
	cleanup_digest struct digest *digest = NULL;
	const struct facts *facts = m->spec->facts;
	const char *parts[] = { facts->version, facts->abi, facts->platlib };
	char hex[DIGEST_HEX_SIZE];

	if (digest_new(&digest, err) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (digest_add(digest, parts[i], strlen(parts[i]) + 1, err) < 0)
			return -1;
	for (size_t i = 0; i < items->count; i++) {
		cleanup_seed_wheel_list struct seed_wheel_list found = { 0 };
		cleanup_fd int fd = -1;

		seed_wheels_find(m->wheels, items->items[i], &found);
		if (found.count == 0)
			return not_at_hand(m, items->items[i], err);
		fd = open(found.items[0].path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return err_sys(err, "cannot read %s", found.items[0].path);
		if (digest_fd(fd, hex, NULL, err) < 0 ||
		    digest_add(digest, hex, sizeof(hex), err) < 0)
			return -1;
	}
	if (digest_finish(digest, hex, err) < 0)
		return -1;
	*ret_key = mem_strdup(hex);
	return 0;
}

/* Unpack WHEEL as the next package. */
static int
take_wheel(struct making *m, const struct seed_wheel *wheel, struct err *err)
{
	const char *name = path_base(wheel->path).p;
	struct seed_package *package = &m->packages[m->count];
	cleanup_fd int fd = open(wheel->path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, "cannot read %s", wheel->path);
	if (!seed_wheel_fits(name, m->spec->facts))
		return err_set(err, ERR_CHECK, "%s is no wheel of pure Python for %s %s", name,
			       m->spec->facts->implementation, m->spec->facts->version);
	if (seed_package_unpack(wheel->own ? NULL : m->spec->store->layout, fd, name, &m->files,
				package, err) < 0 ||
	    seed_check_python(m, package, err) < 0)
		return -1;
	m->count++;
	return 0;
}

/* Take back what the next package has put into the files. */
static int
undo(struct making *m, struct err *err)
{
	struct seed_package *package = &m->packages[m->count];

	for (size_t i = 0; i < package->files.count; i++)
		if (unlinkat(m->files.fd, package->files.items[i], 0) < 0)
			return err_sys(err, "cannot remove %s", package->files.items[i]);
	if (package->info && fs_remove_tree(&m->files, package->info, err) < 0)
		return -1;
	seed_package_reset(package);
	return 0;
}

/* The first of those for ITEM that is for this Python. */
static int
take_item(struct making *m, const char *item, struct err *err)
{
	cleanup_seed_wheel_list struct seed_wheel_list found = { 0 };

	seed_wheels_find(m->wheels, item, &found);
	for (size_t i = 0; i < found.count; i++) {
		cleanup_err struct err failed = { 0 };

		if (take_wheel(m, &found.items[i], err) == 0)
			return 0;
		if (i + 1 == found.count || err->code != ERR_CHECK)
			return err_wrap(err, "%s", path_base(found.items[i].path).p);
		event_warning(m->spec->events, m->spec->subject, "not with %s: %s",
			      path_base(found.items[i].path).p, err->message);
		err_reset(err);
		if (undo(m, &failed) < 0) {
			*err = failed;
			failed = (struct err){ 0 };
			return -1;
		}
	}
	return not_at_hand(m, item, err);
}

int
seed_fill_chosen(struct making *m, struct err *err)
{
	const struct strvec *items = &m->wheels->choice->list->items;
	cleanup_buf struct buf tag = BUF_INIT(SEED_TAG_MAX);
	cleanup_free char *line = NULL;

	for (size_t i = 0; i < items->count; i++)
		if (take_item(m, items->items[i], err) < 0)
			return -1;
	if (seed_compile(m, &tag, err) < 0 || seed_finish(m, buf_text(&tag), err) < 0)
		return -1;
	line = mem_printf("%s\n", m->key);
	return fs_create_file(&m->seed, SEED_KEY, str_from(line), SEED_FILE_MODE, err);
}
