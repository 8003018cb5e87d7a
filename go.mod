module github.com/sipseal/sipseal

go 1.26
