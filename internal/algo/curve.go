package algo

// Elliptic curves in short Weierstrass form, y² = x³ + ax + b over a prime field,
// of prime order: the curves of SEC 2 and of RFC 5639.
//
// Points are added by the complete formulas of Renes, Costello and Batina
// ("Complete addition formulas for prime order elliptic curves", 2015, algorithm
// 1), which have no exceptional cases, so that nothing depends on what the
// points are.

import (
	"crypto/subtle"
	"errors"
	"strconv"
	"sync"

	"filippo.io/bigmod"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
)

// Curve is a named curve.
type Curve struct {
	Name string // "P-256"
	OID  oid.OID
	Bits int // of the field

	p, a, b, gx, gy, n string // hexadecimal
	once               sync.Once
	f                  *field
}

// field is a curve's parameters, ready to compute with.
type field struct {
	p, n     *bigmod.Modulus
	a, b, b3 *bigmod.Nat
	g        *point
	pMinus2  []byte // the exponent of an inversion
	sqrt     []byte // (p+1)/4, nil when p is not 3 mod 4
}

// ECPublicKey is a point on a curve, not the one at infinity.
type ECPublicKey struct {
	Curve *Curve
	X, Y  []byte // each as long as the field
}

// Uncompressed is the point's uncompressed form (SEC 1 section 2.3.3).
func (k *ECPublicKey) Uncompressed() []byte {
	return append(append([]byte{4}, k.X...), k.Y...)
}

// ECPrivateKey is a private scalar.
type ECPrivateKey struct {
	Curve  *Curve
	Scalar []byte // as long as the order, in [1, order-1]
}

// CurveFor is the named curve, if it is known here.
func CurveFor(o oid.OID) (*Curve, bool) {
	for _, c := range curves {
		if c.OID == o {
			return c, true
		}
	}
	return nil, false
}

// readCurve reads ECParameters (RFC 5480 section 2.1.1), of which only the name
// of a curve is allowed in certificates.
func readCurve(params ber.Value) (*Curve, error) {
	switch {
	case !params.Ok():
		return nil, errors.New("an elliptic curve key without its curve")
	case params.Is(ber.TagSequence):
		return nil, &UnsupportedError{What: "explicit elliptic curve parameters"}
	case !params.Is(ber.TagOID):
		return nil, at(params, "elliptic curve parameters that are not the name of a curve")
	}
	c, ok := CurveFor(params.OID())
	if !ok {
		return nil, unsupported(params.OID(), "curve")
	}
	return c, nil
}

func (c *Curve) size() int { return (c.Bits + 7) / 8 }

// point is a point in projective coordinates: (X/Z, Y/Z), at infinity when Z is 0.
type point struct{ x, y, z *bigmod.Nat }

func (c *Curve) field() *field {
	c.once.Do(func() {
		f := &field{p: modulus(c.p), n: modulus(c.n)}
		f.a, f.b = f.hex(c.a), f.hex(c.b)
		f.b3 = f.add(f.add(f.b, f.b), f.b)
		f.g = &point{f.hex(c.gx), f.hex(c.gy), f.small(1)}
		p := f.p.Nat()
		f.pMinus2 = p.SubOne(f.p).SubOne(f.p).Bytes(f.p)
		if p = f.p.Nat(); p.Bits()[0]&3 == 3 {
			// (p+1)/4 = (p-3)/4 + 1 = floor(p/4) + 1, because p is 3 mod 4.
			f.sqrt = p.ShiftRightVarTime(2).Add(f.small(1), f.p).Bytes(f.p)
		}
		c.f = f
	})
	return c.f
}

func modulus(hexadecimal string) *bigmod.Modulus {
	m, err := bigmod.NewModulus(unhex(hexadecimal))
	if err != nil {
		panic("algo: a curve parameter: " + err.Error())
	}
	return m
}

// unhex reads the hexadecimal of this package's parameters, which is known to be good.
func unhex(s string) []byte {
	b := make([]byte, len(s)/2)
	for i := range b {
		b[i] = digit(s[2*i])<<4 | digit(s[2*i+1])
	}
	return b
}

func digit(c byte) byte {
	if c >= 'a' {
		return c - 'a' + 10
	}
	return c - '0'
}

func (f *field) hex(s string) *bigmod.Nat {
	x, err := new(bigmod.Nat).SetBytes(unhex(s), f.p)
	if err != nil {
		panic("algo: a curve parameter: " + err.Error())
	}
	return x
}

func (f *field) zero() *bigmod.Nat { return new(bigmod.Nat).ExpandFor(f.p) }

func (f *field) small(n uint) *bigmod.Nat {
	x := f.zero()
	x.Bits()[0] = n
	return x
}

func (f *field) copy(x *bigmod.Nat) *bigmod.Nat {
	z := f.zero()
	copy(z.Bits(), x.Bits())
	return z
}

func (f *field) add(x, y *bigmod.Nat) *bigmod.Nat { return f.copy(x).Add(y, f.p) }

func (f *field) sub(x, y *bigmod.Nat) *bigmod.Nat { return f.copy(x).Sub(y, f.p) }

func (f *field) mul(x, y *bigmod.Nat) *bigmod.Nat { return f.copy(x).Mul(y, f.p) }

// invert is 1/x by Fermat's little theorem, and 0 for 0.
func (f *field) invert(x *bigmod.Nat) *bigmod.Nat {
	return new(bigmod.Nat).Exp(x, f.pMinus2, f.p)
}

func (f *field) infinity() *point { return &point{f.zero(), f.small(1), f.zero()} }

// sum adds two points, of any kind and relation.
func (f *field) sum(p, q *point) *point {
	m := f.p
	t0 := f.mul(p.x, q.x)
	t1 := f.mul(p.y, q.y)
	t2 := f.mul(p.z, q.z)
	t3 := f.add(p.x, p.y).Mul(f.add(q.x, q.y), m).Sub(t0, m).Sub(t1, m)
	t4 := f.add(p.x, p.z).Mul(f.add(q.x, q.z), m).Sub(t0, m).Sub(t2, m)
	t5 := f.add(p.y, p.z).Mul(f.add(q.y, q.z), m).Sub(t1, m).Sub(t2, m)
	z3 := f.mul(f.a, t4).Add(f.mul(f.b3, t2), m)
	x3 := f.sub(t1, z3)
	z3.Add(t1, m)
	y3 := f.mul(x3, z3)
	t1 = f.add(t0, t0).Add(t0, m)
	t2.Mul(f.a, m)
	t4.Mul(f.b3, m)
	t1.Add(t2, m)
	t2 = f.sub(t0, t2).Mul(f.a, m)
	t4.Add(t2, m)
	y3.Add(f.mul(t1, t4), m)
	x3.Mul(t3, m).Sub(f.mul(t5, t4), m)
	z3.Mul(t5, m).Add(t3.Mul(t1, m), m)
	return &point{x3, y3, z3}
}

// table is 0 to 15 times p.
func (f *field) table(p *point) (t [16]*point) {
	t[0], t[1] = f.infinity(), p
	for i := 2; i < len(t); i++ {
		t[i] = f.sum(t[i-1], p)
	}
	return t
}

// pick is entry n of the table, found without an access or a branch that depends
// on n.
func (f *field) pick(t *[16]*point, n byte) *point {
	p := &point{f.zero(), f.zero(), f.zero()}
	for i, q := range t {
		mask := -uint(subtle.ConstantTimeByteEq(uint8(i), n))
		for _, c := range [3][2]*bigmod.Nat{{p.x, q.x}, {p.y, q.y}, {p.z, q.z}} {
			from := c[1].Bits()
			for j := range c[0].Bits() {
				c[0].Bits()[j] |= from[j] & mask
			}
		}
	}
	return p
}

// times is scalar times p, in time that depends only on the scalar's length.
func (f *field) times(p *point, scalar []byte) *point {
	t := f.table(p)
	r := f.infinity()
	for _, b := range scalar {
		for _, nibble := range [2]byte{b >> 4, b & 15} {
			for range 4 {
				r = f.sum(r, r)
			}
			r = f.sum(r, f.pick(&t, nibble))
		}
	}
	return r
}

// timesTwo is u·p + v·q, for public scalars of the same length: its time depends
// on them.
func (f *field) timesTwo(p *point, u []byte, q *point, v []byte) *point {
	tp, tq := f.table(p), f.table(q)
	r := f.infinity()
	for i := range u {
		for _, shift := range [2]uint{4, 0} {
			for range 4 {
				r = f.sum(r, r)
			}
			if n := u[i] >> shift & 15; n != 0 {
				r = f.sum(r, tp[n])
			}
			if n := v[i] >> shift & 15; n != 0 {
				r = f.sum(r, tq[n])
			}
		}
	}
	return r
}

// affine gives a point's coordinates; false for the point at infinity.
func (f *field) affine(p *point) (x, y *bigmod.Nat, ok bool) {
	if p.z.IsZero() == 1 {
		return nil, nil, false
	}
	inverse := f.invert(p.z)
	return f.mul(p.x, inverse), f.mul(p.y, inverse), true
}

// square is x³ + ax + b.
func (f *field) square(x *bigmod.Nat) *bigmod.Nat {
	return f.mul(x, x).Add(f.a, f.p).Mul(x, f.p).Add(f.b, f.p)
}

// ReadPoint reads a public key's octets (SEC 1 section 2.3.4): uncompressed,
// compressed, or the hybrid of the two. The point at infinity and points that
// are not on the curve are errors.
func (c *Curve) ReadPoint(b []byte) (*ECPublicKey, error) {
	f, size := c.field(), c.size()
	if len(b) == 0 {
		return nil, errors.New("an elliptic curve point of no bytes")
	}
	compressed := b[0] == 2 || b[0] == 3
	switch {
	case b[0] == 0 && len(b) == 1:
		return nil, errors.New("an elliptic curve key that is the point at infinity")
	case compressed && len(b) == 1+size:
	case (b[0] == 4 || b[0] == 6 || b[0] == 7) && len(b) == 1+2*size:
	default:
		return nil, errors.New("an elliptic curve point that begins with " + strconv.Itoa(int(b[0])) +
			" and has " + strconv.Itoa(len(b)) + " bytes is not one of " + c.Name)
	}
	x, err := new(bigmod.Nat).SetBytes(b[1:1+size], f.p)
	if err != nil {
		return nil, errors.New("an elliptic curve point whose x is not in the field of " + c.Name)
	}
	ySquared := f.square(x)
	var y *bigmod.Nat
	if compressed {
		if f.sqrt == nil {
			return nil, &UnsupportedError{OID: c.OID, What: "compressed point on curve"}
		}
		y = new(bigmod.Nat).Exp(ySquared, f.sqrt, f.p)
		if y.IsOdd() != uint(b[0]&1) {
			y = f.sub(f.zero(), y)
		}
	} else if y, err = new(bigmod.Nat).SetBytes(b[1+size:], f.p); err != nil {
		return nil, errors.New("an elliptic curve point whose y is not in the field of " + c.Name)
	}
	if f.mul(y, y).Equal(ySquared) != 1 || b[0] != 4 && y.IsOdd() != uint(b[0]&1) {
		return nil, errors.New("an elliptic curve point that is not on " + c.Name)
	}
	return &ECPublicKey{Curve: c, X: x.Bytes(f.p), Y: y.Bytes(f.p)}, nil
}

func (k *ECPublicKey) point() (*point, error) {
	f := k.Curve.field()
	x, err := new(bigmod.Nat).SetBytes(k.X, f.p)
	if err != nil {
		return nil, err
	}
	y, err := new(bigmod.Nat).SetBytes(k.Y, f.p)
	if err != nil {
		return nil, err
	}
	if f.mul(y, y).Equal(f.square(x)) != 1 {
		return nil, errors.New("an elliptic curve point that is not on " + k.Curve.Name)
	}
	return &point{x, y, f.small(1)}, nil
}
