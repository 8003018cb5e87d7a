module github.com/sipseal/sipseal

go 1.26

require github.com/smallstep/pkcs7 v0.2.3 // indirect
