// Verifies a log of Countersign with golang.org/x/mod/sumdb: go run . LOG-FOLDER VERIFIER-KEY
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

type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, index := range indexes {
		found = append(found, h[index])
	}
	return found, nil
}

func check(err error) {
	if err != nil {
		fmt.Println("This log does not verify:", err)
		os.Exit(1)
	}
}

func bundle(folder string, index, width int64) string {
	number := fmt.Sprintf("%03d", index%1000)
	for rest := index / 1000; rest > 0; rest /= 1000 {
		number = fmt.Sprintf("x%03d/%s", rest%1000, number)
	}
	if width < 256 {
		number += ".p/" + strconv.FormatInt(width, 10)
	}
	return filepath.Join(folder, "tile", "entries", filepath.FromSlash(number))
}

func main() {
	folder := os.Args[1]
	verifier, err := note.NewVerifier(os.Args[2])
	check(err)
	signed, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	check(err)
	opened, err := note.Open(signed, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err := tlog.ParseHash(lines[2])
	check(err)

	var stored hashes
	for first := int64(0); first < size; first += 256 {
		width := size - first
		if width > 256 {
			width = 256
		}
		data, err := os.ReadFile(bundle(folder, first/256, width))
		check(err)
		for number := first; number < first+width; number++ {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				check(fmt.Errorf("entry %d is missing", number))
			}
			length := 2 + int(binary.BigEndian.Uint16(data))
			more, err := tlog.StoredHashes(number, data[2:length], stored)
			check(err)
			stored = append(stored, more...)
			data = data[length:]
		}
	}
	computed, err := tlog.TreeHash(size, stored)
	check(err)
	if computed != root {
		check(fmt.Errorf("the entries are not those that were signed"))
	}
	fmt.Printf("All %d entries are as signed by %s.\n", size, verifier.Name())
}
