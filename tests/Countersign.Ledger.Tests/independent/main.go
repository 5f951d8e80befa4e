// Verifies an exported log with Go's own checksum-database packages instead of with Countersign:
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run main.go FOLDER KEY [PROOF ENTRY]
//
// The signature, the root over all entries, each kept checkpoint, a proof made by Countersign for one entry, and proofs of Go's own
// over what Countersign stored. Prints "verified SIZE ROOT", or says what is wrong and ends with 1.
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// stored holds every hash of the tree in the order that tlog wants.
type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, 0, len(indexes))
	for _, index := range indexes {
		if index >= int64(len(s)) {
			return nil, fmt.Errorf("no hash %d", index)
		}
		hashes = append(hashes, s[index])
	}
	return hashes, nil
}

func main() {
	if len(os.Args) != 3 && len(os.Args) != 5 {
		fail("usage: main.go FOLDER KEY [PROOF ENTRY]")
	}
	folder := os.Args[1]
	verifier, err := note.NewVerifier(os.Args[2])
	check(err)
	size, root := open(verifier, read(filepath.Join(folder, "checkpoint")))

	var hashes stored
	for first := int64(0); first < size; first += 256 {
		bundle := read(filepath.Join(folder, bundlePath(first/256, size)))
		for i := first; i < first+256 && i < size; i++ {
			length := int(binary.BigEndian.Uint16(bundle))
			more, err := tlog.StoredHashes(i, bundle[2:2+length], hashes)
			check(err)
			hashes = append(hashes, more...)
			bundle = bundle[2+length:]
		}
		if len(bundle) != 0 {
			fail("bytes left over after entry %d", first+255)
		}
	}
	mustBe(size, root, hashes)

	kept, err := filepath.Glob(filepath.Join(folder, "checkpoints", "*"))
	check(err)
	for _, path := range kept {
		older, olderRoot := open(verifier, read(path))
		mustBe(older, olderRoot, hashes)
		proof, err := tlog.ProveTree(size, older, hashes)
		check(err)
		check(tlog.CheckTree(proof, size, root, older, olderRoot))
	}
	if len(os.Args) == 5 {
		checkProof(verifier, string(read(os.Args[3])), read(os.Args[4]))
	}
	fmt.Printf("verified %d %s\n", size, root)
}

// checkProof verifies a C2SP tlog-proof of one entry.
func checkProof(verifier note.Verifier, proof string, entry []byte) {
	parts := strings.SplitN(proof, "\n\n", 2)
	lines := strings.Split(parts[0], "\n")
	if len(parts) != 2 || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		fail("not a proof")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	check(err)
	var path tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		check(err)
		path = append(path, hash)
	}
	size, root := open(verifier, []byte(parts[1]))
	check(tlog.CheckRecord(path, size, root, index, tlog.RecordHash(entry)))
}

// open verifies the signature of a checkpoint and reads its three lines.
func open(verifier note.Verifier, text []byte) (int64, tlog.Hash) {
	opened, err := note.Open(text, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		fail("not a checkpoint of %s", verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err := tlog.ParseHash(lines[2])
	check(err)
	return size, root
}

// mustBe ends the program unless the first entries have this root.
func mustBe(size int64, root tlog.Hash, hashes stored) {
	computed, err := tlog.TreeHash(size, hashes)
	check(err)
	if computed != root {
		fail("the first %d entries give root %s and not %s", size, computed, root)
	}
}

// bundlePath is where tlog-tiles puts 256 entries; enough for a million of them.
func bundlePath(index, size int64) string {
	path := fmt.Sprintf("tile/entries/%03d", index%1000)
	if index >= 1000 {
		path = fmt.Sprintf("tile/entries/x%03d/%03d", index/1000, index%1000)
	}
	if width := size - index*256; width < 256 {
		path += fmt.Sprintf(".p/%d", width)
	}
	return path
}

func read(path string) []byte {
	bytes, err := os.ReadFile(path)
	check(err)
	return bytes
}

func check(err error) {
	if err != nil {
		fail("%v", err)
	}
}

func fail(format string, arguments ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", arguments...)
	os.Exit(1)
}
