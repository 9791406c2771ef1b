"""What a node sees of the machine's files: all of them, but its own where programs write to fixed places.

`/var/lib`, `/var/log` and `/run` are the cluster's own, so that containerd, kubelet and the network plug-ins can use
the places they are used to and leave nothing there. The kernel's settings for the whole machine, which a kubelet
insists on changing, are copies.
"""

from pathlib import Path

from deploy.local.errors import StartError
from deploy.local.node.namespaces import Namespaces, run_command

REPLACED = {Path("/var/lib"): "var-lib", Path("/var/log"): "var-log"}
VOLATILE = Path("/run")
TUNABLES = (
    "kernel/keys/root_maxbytes",
    "kernel/keys/root_maxkeys",
    "kernel/panic",
    "kernel/panic_on_oops",
    "vm/overcommit_memory",
    "vm/panic_on_oom",
)
FORWARDING = "echo 1 > /proc/sys/net/ipv4/ip_forward"


def prepare_mounts(namespaces: Namespaces, folder: Path) -> None:
    """Mount a node's own places, kept in `folder`. Raises StartError."""
    require_visible(folder)
    # Shared among the node's own programs: what containerd mounts the kubelet must see, and the other way round.
    commands = ["mount --make-rshared /", f"mount -t tmpfs -o mode=755 myapp-run {VOLATILE}"]
    for place, name in REPLACED.items():
        (folder / name).mkdir(mode=0o755)
        commands.append(f"mount --bind '{folder / name}' {place}")
    for tunable in TUNABLES:
        source = Path("/proc/sys") / tunable
        copy = folder / "tunables" / tunable
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(source.read_text())
        commands.append(f"mount --bind '{copy}' {source}")
    run_command(*namespaces.launcher, "sh", "-euc", "\n".join((*commands, FORWARDING)))


def require_visible(folder: Path) -> None:
    """Raises StartError when a node would hide the folder from its own programs."""
    for place in (*REPLACED, VOLATILE):
        if folder.resolve().is_relative_to(place.resolve()):
            raise StartError(
                f"a node's files cannot be kept in {folder}: a node has a {place} of its own; name another folder in "
                "MYAPP_LOCAL_STATE"
            )
