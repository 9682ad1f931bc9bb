/* SPDX-License-Identifier: MIT */
/* A `.venv` on the way up: whose is it? */
#include <config.h>

#include "core/selection_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/registered.h"

/* A project may have anything of that name: a link, a FIFO, somebody else's folder. */
#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define CFG_FLAGS (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

/* The folder is open as FD, and its pyvenv.cfg as CFG_FD. */
static enum registered_state
ask_registry(const struct selection_input *in, const char *path, int fd, int cfg_fd)
{
	char root[PATH_TEXT_MAX];
	char real[PATH_TEXT_MAX];
	char folder[PATH_TEXT_MAX];
	enum registered_state state;
	struct stat st;

	if (in->root_fd < 0 || fstat(fd, &st) < 0)
		return REGISTERED_NOT;
	registered_real_path(in->root_fd, in->root, root);
	registered_real_path(fd, path, real);
	if (!registered_folder(getenv("XDG_STATE_HOME"), getenv("HOME"), root, folder))
		return REGISTERED_NOT;
	state = registered_look(folder, real, &st, cfg_fd);
	if (state == REGISTERED_OURS)
		registered_use(folder, real);
	return state;
}

enum venv_state
selection_look_at_venv(const struct selection_input *in, const char *path)
{
	enum venv_state state = VENV_ABSENT;
	int fd = open(path, FOLDER_FLAGS);
	int cfg_fd;

	if (fd < 0)
		/* What somebody linked here he can enter by its own path. */
		return errno == ELOOP || errno == ENOTDIR ? VENV_LINK : VENV_ABSENT;
	cfg_fd = openat(fd, "pyvenv.cfg", CFG_FLAGS);
	if (cfg_fd >= 0) {
		switch (ask_registry(in, path, fd, cfg_fd)) {
		case REGISTERED_OURS:
			state = VENV_OURS;
			break;
		case REGISTERED_DIFFERS:
			state = VENV_CHANGED;
			break;
		case REGISTERED_NOT:
			state = VENV_UNKNOWN;
			break;
		}
		close(cfg_fd);
	}
	close(fd);
	return state;
}
