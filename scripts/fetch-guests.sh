#!/bin/bash
# Fetches the i386 packages of Debian whose programs the tests run, into tests/fetched/PACKAGE (nothing is installed).
# Needs apt-get and dpkg-deb. apt's own lists and the machine's architectures stay as they are.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(busybox-static musl-dev)
target=tests/fetched

missing=()
for package in "${packages[@]}"; do
	[ -d "$target/$package" ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/lists/partial" "$scratch/cache/archives/partial" "$target"
options=(-q -o APT::Architectures=amd64,i386 -o "Dir::State::lists=$scratch/lists" -o "Dir::Cache=$scratch/cache"
	-o APT::Sandbox::User=root)
# One index that a mirror lacks ends the update with an error; the download below says whether that mattered.
apt-get "${options[@]}" update >"$scratch/update" 2>&1 || tail -n 3 "$scratch/update" >&2

(cd "$scratch" && apt-get "${options[@]}" download "${missing[@]/%/:i386}")
for package in "${missing[@]}"; do
	dpkg-deb -x "$scratch/$package"_*.deb "$scratch/root"
	mv "$scratch/root" "$target/$package"
done
ls "$target"
