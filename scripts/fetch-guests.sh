#!/bin/bash
# Fetches what the tests run or read of others' programs, into tests/fetched/NAME (nothing is installed): i386 packages
# of Debian, and esbuild's binary for ia32 from the npm registry, in the version of package-lock.json. What is there
# already stays; tests/fetched/NAME/VERSION says what was fetched.
# Needs apt-get, dpkg-deb, node and npm. apt's own lists and the machine's architectures stay as they are.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(busybox-static musl-dev libc6 libstdc++6 libavcodec59)
esbuild=esbuild-ia32
target=tests/fetched

missing=()
for package in "${packages[@]}"; do
	[ -d "$target/$package" ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && [ -d "$target/$esbuild" ] && exit 0

mkdir -p "$target"
# In the same file system, so that a folder appears there whole or not at all.
scratch=$(mktemp -d -p "$target" .scratch.XXXXXX)
scratch=$(realpath "$scratch")
trap 'rm -rf "$scratch"' EXIT

fetch_debian() {
	mkdir -p "$scratch/lists/partial" "$scratch/cache/archives/partial"
	local options=(-q -o APT::Architectures=amd64,i386 -o "Dir::State::lists=$scratch/lists"
		-o "Dir::Cache=$scratch/cache" -o APT::Sandbox::User=root -o Acquire::Retries=3)
	# One index that a mirror lacks ends the update with an error; the download below says whether that mattered.
	apt-get "${options[@]}" update >"$scratch/update" 2>&1 || tail -n 3 "$scratch/update" >&2

	(cd "$scratch" && apt-get "${options[@]}" download "${missing[@]/%/:i386}")
	for package in "${missing[@]}"; do
		dpkg-deb -x "$scratch/$package"_*.deb "$scratch/root"
		dpkg-deb -f "$scratch/$package"_*.deb Version >"$scratch/root/VERSION"
		mv "$scratch/root" "$target/$package"
	done
}

# What package-lock.json says of the esbuild binary: its version or its integrity.
locked() {
	node -p "require('./package-lock.json').packages['node_modules/@esbuild/linux-ia32'].$1"
}

fetch_esbuild() {
	local version archive digest
	version=$(locked version)
	archive=$(npm pack --silent --pack-destination "$scratch" "@esbuild/linux-ia32@$version")
	digest=$(node -p "crypto.createHash('sha512').update(fs.readFileSync('$scratch/$archive')).digest('base64')")
	if [ "sha512-$digest" != "$(locked integrity)" ]; then
		echo "$archive is not the one of package-lock.json" >&2
		return 1
	fi
	tar -xzf "$scratch/$archive" -C "$scratch"
	echo "$version" >"$scratch/package/VERSION"
	mv "$scratch/package" "$target/$esbuild"
}

[ ${#missing[@]} -eq 0 ] || fetch_debian
[ -d "$target/$esbuild" ] || fetch_esbuild
ls "$target"
