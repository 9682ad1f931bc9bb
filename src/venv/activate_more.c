/* SPDX-License-Identifier: MIT */
/* Activation scripts for shells that are not of the Bourne, C or fish kind. */
#include <config.h>

#include "venv/activate_internal.h"

#include "base/shell.h"

/* Everything is in one function, so that no name is left in the user's session; what was
 * there before is in it, too, and no child sees it. xonsh's own prompt shows the name. */
static const char xonsh_head[] =
	"# Enters this environment. Source it from xonsh:\n"
	"#     source bin/activate.xsh\n"
	"# and leave the environment with: deactivate\n"
	"\n"
	"def _pyvern_enter(path, prompt):\n"
	"    env = ${...}\n"
	"    names = ('PATH', 'PYTHONHOME', 'VIRTUAL_ENV', 'VIRTUAL_ENV_PROMPT')\n"
	"    leave_other = getattr(aliases, '_pyvern_leave', None)\n"
	"    if leave_other:\n"
	"        leave_other()\n"
	"    old = {name: env[name] for name in names if name in env}\n"
	"    old['PATH'] = list(old.get('PATH', ()))\n"
	"\n"
	"    def leave(args=None):\n"
	"        for name in names:\n"
	"            if name in old:\n"
	"                env[name] = old[name]\n"
	"            elif name in env:\n"
	"                del env[name]\n"
	"        aliases.pop('deactivate', None)\n"
	"        aliases._pyvern_leave = None\n"
	"\n"
	"    env['VIRTUAL_ENV'] = path\n"
	"    env['VIRTUAL_ENV_PROMPT'] = prompt\n"
	"    env['PATH'] = [path + '/bin'] + old['PATH']\n"
	"    if env['PATH'][0] != path + '/bin':\n"
	"        leave()\n"
	"        raise RuntimeError('xonsh takes a part of this path for a variable: ' + path)\n"
	"    if 'PYTHONHOME' in env:\n"
	"        del env['PYTHONHOME']\n"
	"    aliases['deactivate'] = leave\n"
	"    aliases._pyvern_leave = leave\n"
	"\n"
	"_pyvern_enter(";

void
activate_xonsh(struct buf *out, const struct activation *a)
{
	buf_add_text(out, xonsh_head);
	if (a->relocatable)
		buf_add_text(out, "__import__('os').path.dirname(__import__('os').path.dirname("
				  "__import__('os').path.abspath(__file__)))");
	else
		shell_quote_xonsh(out, a->env);
	buf_add_text(out, ", ");
	shell_quote_xonsh(out, a->prompt);
	buf_add_text(out, ")\ndel _pyvern_enter\n");
}

static const char pwsh_head[] =
	"# Enters this environment. Source it from PowerShell:\n"
	"#     . bin/Activate.ps1\n"
	"# and leave the environment with: deactivate\n"
	"\n"
	"function global:deactivate ([switch]$NonDestructive) {\n"
	"    if (Test-Path -Path Variable:_OLD_VIRTUAL_PATH) {\n"
	"        $env:PATH = $global:_OLD_VIRTUAL_PATH\n"
	"        Remove-Variable -Name _OLD_VIRTUAL_PATH -Scope global\n"
	"    }\n"
	"    if (Test-Path -Path Variable:_OLD_VIRTUAL_PYTHONHOME) {\n"
	"        $env:PYTHONHOME = $global:_OLD_VIRTUAL_PYTHONHOME\n"
	"        Remove-Variable -Name _OLD_VIRTUAL_PYTHONHOME -Scope global\n"
	"    }\n"
	"    if (Test-Path -Path Function:_OLD_VIRTUAL_PROMPT) {\n"
	"        Copy-Item -Path Function:_OLD_VIRTUAL_PROMPT -Destination Function:prompt\n"
	"        Remove-Item -Path Function:_OLD_VIRTUAL_PROMPT\n"
	"    }\n"
	"    foreach ($name in 'VIRTUAL_ENV', 'VIRTUAL_ENV_PROMPT') {\n"
	"        if (Test-Path -Path \"Env:$name\") {\n"
	"            Remove-Item -Path \"Env:$name\"\n"
	"        }\n"
	"    }\n"
	"    if (-not $NonDestructive) {\n"
	"        Remove-Item -Path Function:deactivate\n"
	"    }\n"
	"}\n"
	"\n"
	"deactivate -NonDestructive\n"
	"\n";

static const char pwsh_tail[] =
	"\n"
	"if (-not $env:VIRTUAL_ENV_DISABLE_PROMPT) {\n"
	"    function global:_OLD_VIRTUAL_PROMPT { '' }\n"
	"    Copy-Item -Path Function:prompt -Destination Function:_OLD_VIRTUAL_PROMPT\n"
	"    function global:prompt {\n"
	"        Write-Host -NoNewline (\"(\" + $env:VIRTUAL_ENV_PROMPT + \") \")\n"
	"        _OLD_VIRTUAL_PROMPT\n"
	"    }\n"
	"}\n"
	"\n"
	"if (Test-Path -Path Env:PYTHONHOME) {\n"
	"    $global:_OLD_VIRTUAL_PYTHONHOME = $env:PYTHONHOME\n"
	"    Remove-Item -Path Env:PYTHONHOME\n"
	"}\n"
	"\n"
	"$global:_OLD_VIRTUAL_PATH = $env:PATH\n"
	"$env:PATH = $env:VIRTUAL_ENV + '/bin' + [System.IO.Path]::PathSeparator + $env:PATH\n";

void
activate_pwsh(struct buf *out, const struct activation *a)
{
	buf_add_text(out, pwsh_head);
	buf_add_text(out, "$env:VIRTUAL_ENV = ");
	if (a->relocatable)
		buf_add_text(out, "Split-Path -Parent $PSScriptRoot");
	else
		shell_quote_pwsh(out, a->env);
	buf_add_text(out, "\n$env:VIRTUAL_ENV_PROMPT = ");
	shell_quote_pwsh(out, a->prompt);
	buf_add_char(out, '\n');
	buf_add_text(out, pwsh_tail);
}

/* An overlay brings back what was there before when it is hidden. */
static const char nu_head[] = "# Enters this environment. In nushell:\n"
			      "#     overlay use bin/activate.nu\n"
			      "# and leave the environment with: deactivate\n"
			      "\n"
			      "export-env {\n"
			      "    let env_path = ";

static const char nu_tail[] =
	"    let old_path = ($env.PATH | split row (char esep))\n"
	"    hide-env --ignore-errors PYTHONHOME\n"
	"    load-env {\n"
	"        VIRTUAL_ENV: $env_path\n"
	"        VIRTUAL_ENV_PROMPT: $env_prompt\n"
	"        PATH: ($old_path | prepend ($env_path | path join 'bin'))\n"
	"    }\n"
	"    let old_prompt = ($env.PROMPT_COMMAND? | default '')\n"
	"    let is_asked = (($env.VIRTUAL_ENV_DISABLE_PROMPT? | default '') == '')\n"
	"    if $is_asked and (($old_prompt | describe) == 'closure') {\n"
	"        $env.PROMPT_COMMAND = {|| ['(' $env_prompt ') ' (do $old_prompt)] | str join }\n"
	"    }\n"
	"}\n"
	"\n"
	"export alias deactivate = overlay hide activate\n";

void
activate_nu(struct buf *out, const struct activation *a)
{
	buf_add_text(out, nu_head);
	shell_quote_nu(out, a->env);
	buf_add_text(out, "\n    let env_prompt = ");
	shell_quote_nu(out, a->prompt);
	buf_add_char(out, '\n');
	buf_add_text(out, nu_tail);
}

/* For a Python that runs already, as virtualenv's: mod_wsgi, an editor's plugin host. */
static const char python_head[] =
	"\"\"\"Enters this environment in a Python of the same series that runs already:\n"
	"\n"
	"    path = 'bin/activate_this.py'\n"
	"    exec(open(path).read(), {'__file__': path})\n"
	"\"\"\"\n"
	"\n"
	"import os\n"
	"import site\n"
	"import sys\n"
	"\n"
	"\n"
	"def _enter(env, prompt):\n"
	"    kind = 'pypy' if hasattr(sys, 'pypy_version_info') else 'python'\n"
	"    series = kind + '%d.%d' % sys.version_info[:2]\n"
	"    folders = [os.path.join(env, 'lib', series + threads, 'site-packages')\n"
	"               for threads in ('t', '') if os.path.isdir(os.path.join(env, 'lib', series "
	"+ threads))]\n"
	"    if not folders:\n"
	"        raise RuntimeError('%s is of another Python than %s' % (env, series))\n"
	"    before = list(sys.path)\n"
	"    site.addsitedir(folders[0])\n"
	"    sys.path[:] = [p for p in sys.path if p not in before] + before\n"
	"    os.environ['PATH'] = os.pathsep.join(\n"
	"        [os.path.join(env, 'bin')] + os.environ.get('PATH', '').split(os.pathsep))\n"
	"    os.environ['VIRTUAL_ENV'] = env\n"
	"    os.environ['VIRTUAL_ENV_PROMPT'] = prompt\n"
	"    os.environ.pop('PYTHONHOME', None)\n"
	"    sys.real_prefix = sys.prefix\n"
	"    sys.prefix = env\n"
	"\n"
	"\n"
	"_enter(";

void
activate_python(struct buf *out, const struct activation *a)
{
	buf_add_text(out, "# -*- coding: utf-8 -*-\n");
	buf_add_text(out, python_head);
	if (a->relocatable)
		buf_add_text(out, "os.path.dirname(os.path.dirname(os.path.abspath(__file__)))");
	else
		shell_quote_xonsh(out, a->env);
	buf_add_text(out, ", ");
	shell_quote_xonsh(out, a->prompt);
	buf_add_text(out, ")\n");
}
