package asn1schema

import "github.com/sipseal/sipseal/internal/table"

// The structures that are known, in a short notation.
//
//	Name = type             a type; types may refer to ones below
//	{a T, b T?}             SEQUENCE; "?" marks what is OPTIONAL or has a DEFAULT
//	set{a T}                SET
//	seqof T, setof T        SEQUENCE OF, SET OF
//	choice{a T, b T}        CHOICE
//	[0] T, (0) T            a context-specific tag, implicit or explicit
//	holds T                 an OCTET STRING or BIT STRING with the encoding of T in it
//	opaque T                a string whose content is never a value
//	any table               what the table has for the OBJECT IDENTIFIER before it
//	ANY                     anything
//	raw                     in a table of what strings hold: octets
//
// A line "@table" begins a table: an object identifier and a type on each line.

// builtin are the universal types by the name that the grammar has for them.
var builtin = table.Of[string, uint32]{
	{"BOOLEAN", 1},
	{"INTEGER", 2},
	{"BITSTRING", 3},
	{"OCTETSTRING", 4},
	{"NULL", 5},
	{"OID", 6},
	{"ENUMERATED", 10},
	{"UTF8String", 12},
	{"NumericString", 18},
	{"PrintableString", 19},
	{"TeletexString", 20},
	{"IA5String", 22},
	{"UTCTime", 23},
	{"GeneralizedTime", 24},
	{"VisibleString", 26},
	{"UniversalString", 28},
	{"BMPString", 30},
}

// grammar has the modules of RFC 5652 (CMS), 5083 (AuthEnvelopedData), 3274
// (CompressedData), 5280 (certificates, CRLs), 2986 (PKCS#10), 5958 (PKCS#8), 7292
// (PKCS#12), 8017 (RSA), 5915 and 5480 (EC), 8018 (PKCS#5), 4055, 5084, 6960
// (OCSP), 3161 (time-stamps), 5035, 2634, 8551 (attributes), 3279 (DH), 3820 (proxies),
// 8226 and 9118 (telephone numbers and claims).
const grammar = `
ContentInfo = {contentType ContentType, content (0) any contents?}
ContentType = OID
CMSVersion = INTEGER
Version = INTEGER
SignedData = {version CMSVersion, digestAlgorithms DigestAlgorithmIdentifiers, encapContentInfo EncapsulatedContentInfo, certificates [0] CertificateSet?, crls [1] RevocationInfoChoices?, signerInfos SignerInfos}
DigestAlgorithmIdentifiers = setof DigestAlgorithmIdentifier
DigestAlgorithmIdentifier = AlgorithmIdentifier
SignatureAlgorithmIdentifier = AlgorithmIdentifier
EncapsulatedContentInfo = {eContentType ContentType, eContent (0) any eContents?}
CertificateSet = setof CertificateChoices
CertificateChoices = choice{certificate Certificate, extendedCertificate [0] ANY, v1AttrCert [1] ANY, v2AttrCert [2] ANY, other [3] OtherCertificateFormat}
OtherCertificateFormat = {otherCertFormat OID, otherCert ANY}
RevocationInfoChoices = setof RevocationInfoChoice
RevocationInfoChoice = choice{crl CertificateList, other [1] OtherRevocationInfoFormat}
OtherRevocationInfoFormat = {otherRevInfoFormat OID, otherRevInfo any revocationInfos}
SignerInfos = setof SignerInfo
SignerInfo = {version CMSVersion, sid SignerIdentifier, digestAlgorithm DigestAlgorithmIdentifier, signedAttrs [0] SignedAttributes?, signatureAlgorithm SignatureAlgorithmIdentifier, signature SignatureValue, unsignedAttrs [1] UnsignedAttributes?}
SignerIdentifier = choice{issuerAndSerialNumber IssuerAndSerialNumber, subjectKeyIdentifier [0] SubjectKeyIdentifier}
SignedAttributes = setof Attribute
UnsignedAttributes = setof Attribute
SignatureValue = holds any signatures
IssuerAndSerialNumber = {issuer Name, serialNumber CertificateSerialNumber}
Attribute = {attrType OID, attrValues setof any attributes}
EnvelopedData = {version CMSVersion, originatorInfo [0] OriginatorInfo?, recipientInfos RecipientInfos, encryptedContentInfo EncryptedContentInfo, unprotectedAttrs [1] UnprotectedAttributes?}
AuthEnvelopedData = {version CMSVersion, originatorInfo [0] OriginatorInfo?, recipientInfos RecipientInfos, authEncryptedContentInfo EncryptedContentInfo, authAttrs [1] AuthAttributes?, mac MessageAuthenticationCode, unauthAttrs [2] UnauthAttributes?}
AuthenticatedData = {version CMSVersion, originatorInfo [0] OriginatorInfo?, recipientInfos RecipientInfos, macAlgorithm MessageAuthenticationCodeAlgorithm, digestAlgorithm [1] DigestAlgorithmIdentifier?, encapContentInfo EncapsulatedContentInfo, authAttrs [2] AuthAttributes?, mac MessageAuthenticationCode, unauthAttrs [3] UnauthAttributes?}
MessageAuthenticationCodeAlgorithm = AlgorithmIdentifier
MessageAuthenticationCode = opaque OCTETSTRING
AuthAttributes = setof Attribute
UnauthAttributes = setof Attribute
UnprotectedAttributes = setof Attribute
OriginatorInfo = {certs [0] CertificateSet?, crls [1] RevocationInfoChoices?}
RecipientInfos = setof RecipientInfo
RecipientInfo = choice{ktri KeyTransRecipientInfo, kari [1] KeyAgreeRecipientInfo, kekri [2] KEKRecipientInfo, pwri [3] PasswordRecipientInfo, ori [4] OtherRecipientInfo}
KeyTransRecipientInfo = {version CMSVersion, rid RecipientIdentifier, keyEncryptionAlgorithm KeyEncryptionAlgorithmIdentifier, encryptedKey EncryptedKey}
RecipientIdentifier = choice{issuerAndSerialNumber IssuerAndSerialNumber, subjectKeyIdentifier [0] SubjectKeyIdentifier}
KeyEncryptionAlgorithmIdentifier = AlgorithmIdentifier
EncryptedKey = opaque OCTETSTRING
KeyAgreeRecipientInfo = {version CMSVersion, originator (0) OriginatorIdentifierOrKey, ukm (1) UserKeyingMaterial?, keyEncryptionAlgorithm KeyEncryptionAlgorithmIdentifier, recipientEncryptedKeys RecipientEncryptedKeys}
OriginatorIdentifierOrKey = choice{issuerAndSerialNumber IssuerAndSerialNumber, subjectKeyIdentifier [0] SubjectKeyIdentifier, originatorKey [1] OriginatorPublicKey}
OriginatorPublicKey = {algorithm AlgorithmIdentifier, publicKey holds any publicKeys}
UserKeyingMaterial = OCTETSTRING
RecipientEncryptedKeys = seqof RecipientEncryptedKey
RecipientEncryptedKey = {rid KeyAgreeRecipientIdentifier, encryptedKey EncryptedKey}
KeyAgreeRecipientIdentifier = choice{issuerAndSerialNumber IssuerAndSerialNumber, rKeyId [0] RecipientKeyIdentifier}
RecipientKeyIdentifier = {subjectKeyIdentifier SubjectKeyIdentifier, date GeneralizedTime?, other OtherKeyAttribute?}
OtherKeyAttribute = {keyAttrId OID, keyAttr ANY?}
KEKRecipientInfo = {version CMSVersion, kekid KEKIdentifier, keyEncryptionAlgorithm KeyEncryptionAlgorithmIdentifier, encryptedKey EncryptedKey}
KEKIdentifier = {keyIdentifier opaque OCTETSTRING, date GeneralizedTime?, other OtherKeyAttribute?}
PasswordRecipientInfo = {version CMSVersion, keyDerivationAlgorithm [0] KeyDerivationAlgorithmIdentifier?, keyEncryptionAlgorithm KeyEncryptionAlgorithmIdentifier, encryptedKey EncryptedKey}
KeyDerivationAlgorithmIdentifier = AlgorithmIdentifier
OtherRecipientInfo = {oriType OID, oriValue any recipients}
KEMRecipientInfo = {version CMSVersion, rid RecipientIdentifier, kem AlgorithmIdentifier, kemct opaque OCTETSTRING, kdf KeyDerivationAlgorithmIdentifier, kekLength INTEGER, ukm (0) UserKeyingMaterial?, wrap KeyEncryptionAlgorithmIdentifier, encryptedKey EncryptedKey}
EncryptedContentInfo = {contentType ContentType, contentEncryptionAlgorithm ContentEncryptionAlgorithmIdentifier, encryptedContent [0] EncryptedContent?}
ContentEncryptionAlgorithmIdentifier = AlgorithmIdentifier
EncryptedContent = opaque OCTETSTRING
EncryptedData = {version CMSVersion, encryptedContentInfo EncryptedContentInfo, unprotectedAttrs [1] UnprotectedAttributes?}
DigestedData = {version CMSVersion, digestAlgorithm DigestAlgorithmIdentifier, encapContentInfo EncapsulatedContentInfo, digest Digest}
Digest = opaque OCTETSTRING
CompressedData = {version CMSVersion, compressionAlgorithm AlgorithmIdentifier, encapContentInfo EncapsulatedContentInfo}
Data = OCTETSTRING

AlgorithmIdentifier = {algorithm OID, parameters any parameters?}
CertificateSerialNumber = INTEGER
Certificate = {tbsCertificate TBSCertificate, signatureAlgorithm AlgorithmIdentifier, signatureValue holds any signatures}
TBSCertificate = {version (0) Version?, serialNumber CertificateSerialNumber, signature AlgorithmIdentifier, issuer Name, validity Validity, subject Name, subjectPublicKeyInfo SubjectPublicKeyInfo, issuerUniqueID [1] UniqueIdentifier?, subjectUniqueID [2] UniqueIdentifier?, extensions (3) Extensions?}
UniqueIdentifier = opaque BITSTRING
Validity = {notBefore Time, notAfter Time}
Time = choice{utcTime UTCTime, generalTime GeneralizedTime}
SubjectPublicKeyInfo = {algorithm AlgorithmIdentifier, subjectPublicKey holds any publicKeys}
Name = choice{rdnSequence RDNSequence}
RDNSequence = seqof RelativeDistinguishedName
RelativeDistinguishedName = setof AttributeTypeAndValue
AttributeTypeAndValue = {type OID, value AttributeValue}
AttributeValue = ANY
Extensions = seqof Extension
Extension = {extnID OID, critical BOOLEAN?, extnValue holds any extensions}
CertificateList = {tbsCertList TBSCertList, signatureAlgorithm AlgorithmIdentifier, signatureValue holds any signatures}
TBSCertList = {version Version?, signature AlgorithmIdentifier, issuer Name, thisUpdate Time, nextUpdate Time?, revokedCertificates seqof RevokedCertificate?, crlExtensions (0) Extensions?}
RevokedCertificate = {userCertificate CertificateSerialNumber, revocationDate Time, crlEntryExtensions Extensions?}
CertificationRequest = {certificationRequestInfo CertificationRequestInfo, signatureAlgorithm AlgorithmIdentifier, signature holds any signatures}
CertificationRequestInfo = {version Version, subject Name, subjectPKInfo SubjectPublicKeyInfo, attributes [0] setof RequestAttribute}
RequestAttribute = {type OID, values setof any attributes}

KeyIdentifier = opaque OCTETSTRING
SubjectKeyIdentifier = KeyIdentifier
AuthorityKeyIdentifier = {keyIdentifier [0] KeyIdentifier?, authorityCertIssuer [1] GeneralNames?, authorityCertSerialNumber [2] CertificateSerialNumber?}
KeyUsage = BITSTRING
CertificatePolicies = seqof PolicyInformation
PolicyInformation = {policyIdentifier CertPolicyId, policyQualifiers seqof PolicyQualifierInfo?}
CertPolicyId = OID
PolicyQualifierInfo = {policyQualifierId OID, qualifier any qualifiers}
CPSuri = IA5String
UserNotice = {noticeRef NoticeReference?, explicitText DisplayText?}
NoticeReference = {organization DisplayText, noticeNumbers seqof INTEGER}
DisplayText = choice{ia5String IA5String, visibleString VisibleString, bmpString BMPString, utf8String UTF8String}
PolicyMappings = seqof PolicyMapping
PolicyMapping = {issuerDomainPolicy CertPolicyId, subjectDomainPolicy CertPolicyId}
GeneralNames = seqof GeneralName
SubjectAltName = GeneralNames
IssuerAltName = GeneralNames
GeneralName = choice{otherName [0] OtherName, rfc822Name [1] IA5String, dNSName [2] IA5String, x400Address [3] ANY, directoryName (4) Name, ediPartyName [5] EDIPartyName, uniformResourceIdentifier [6] IA5String, iPAddress [7] opaque OCTETSTRING, registeredID [8] OID}
OtherName = {type-id OID, value (0) ANY}
EDIPartyName = {nameAssigner (0) ANY?, partyName (1) ANY}
SubjectDirectoryAttributes = seqof Attribute
BasicConstraints = {cA BOOLEAN?, pathLenConstraint INTEGER?}
NameConstraints = {permittedSubtrees [0] GeneralSubtrees?, excludedSubtrees [1] GeneralSubtrees?}
GeneralSubtrees = seqof GeneralSubtree
GeneralSubtree = {base GeneralName, minimum [0] INTEGER?, maximum [1] INTEGER?}
PolicyConstraints = {requireExplicitPolicy [0] INTEGER?, inhibitPolicyMapping [1] INTEGER?}
ExtKeyUsageSyntax = seqof KeyPurposeId
KeyPurposeId = OID
InhibitAnyPolicy = INTEGER
CRLDistributionPoints = seqof DistributionPoint
FreshestCRL = CRLDistributionPoints
DistributionPoint = {distributionPoint (0) DistributionPointName?, reasons [1] ReasonFlags?, cRLIssuer [2] GeneralNames?}
DistributionPointName = choice{fullName [0] GeneralNames, nameRelativeToCRLIssuer [1] RelativeDistinguishedName}
ReasonFlags = BITSTRING
AuthorityInfoAccessSyntax = seqof AccessDescription
SubjectInfoAccessSyntax = seqof AccessDescription
AccessDescription = {accessMethod OID, accessLocation GeneralName}
CRLNumber = INTEGER
BaseCRLNumber = INTEGER
CRLReason = ENUMERATED
InvalidityDate = GeneralizedTime
CertificateIssuer = GeneralNames
IssuingDistributionPoint = {distributionPoint (0) DistributionPointName?, onlyContainsUserCerts [1] BOOLEAN?, onlyContainsCACerts [2] BOOLEAN?, onlySomeReasons [3] ReasonFlags?, indirectCRL [4] BOOLEAN?, onlyContainsAttributeCerts [5] BOOLEAN?}
SignedCertificateTimestampList = opaque OCTETSTRING
QCStatements = seqof QCStatement
QCStatement = {statementId OID, statementInfo ANY?}
NetscapeCertType = BITSTRING
EntrustVersInfo = {entrustVers ANY, entrustVersInfoFlags BITSTRING?}
PrivateKeyUsagePeriod = {notBefore [0] GeneralizedTime?, notAfter [1] GeneralizedTime?}
TLSFeatures = seqof INTEGER
TNAuthorizationList = seqof TNEntry
TNEntry = choice{spc (0) IA5String, range (1) TelephoneNumberRange, one (2) IA5String}
TelephoneNumberRange = {start IA5String, count INTEGER}
JWTClaimConstraints = {mustInclude (0) JWTClaimNames?, permittedValues (1) JWTClaimPermittedValuesList?}
JWTClaimNames = seqof IA5String
JWTClaimPermittedValuesList = seqof JWTClaimPermittedValues
JWTClaimPermittedValues = {claim IA5String, permitted seqof UTF8String}
EnhancedJWTClaimConstraints = {mustInclude (0) JWTClaimNames?, permittedValues (1) JWTClaimValuesList?, mustExclude (2) JWTClaimNames?}
JWTClaimValuesList = seqof JWTClaimValues
JWTClaimValues = {claim IA5String, values seqof UTF8String}

PrivateKeyInfo = {version Version, privateKeyAlgorithm AlgorithmIdentifier, privateKey holds any privateKeys, attributes [0] setof Attribute?, publicKey [1] opaque BITSTRING?}
EncryptedPrivateKeyInfo = {encryptionAlgorithm AlgorithmIdentifier, encryptedData opaque OCTETSTRING}
RSAPrivateKey = {version Version, modulus INTEGER, publicExponent INTEGER, privateExponent INTEGER, prime1 INTEGER, prime2 INTEGER, exponent1 INTEGER, exponent2 INTEGER, coefficient INTEGER, otherPrimeInfos seqof OtherPrimeInfo?}
OtherPrimeInfo = {prime INTEGER, exponent INTEGER, coefficient INTEGER}
RSAPublicKey = {modulus INTEGER, publicExponent INTEGER}
ECPrivateKey = {version Version, privateKey opaque OCTETSTRING, parameters (0) ECParameters?, publicKey (1) opaque BITSTRING?}
ECParameters = choice{namedCurve OID, implicitCurve NULL, specifiedCurve SpecifiedECDomain}
SpecifiedECDomain = {version INTEGER, fieldID FieldID, curve Curve, base opaque OCTETSTRING, order INTEGER, cofactor INTEGER?, hash AlgorithmIdentifier?}
FieldID = {fieldType OID, parameters any fields}
CharacteristicTwo = {m INTEGER, basis OID, parameters any bases}
Pentanomial = {k1 INTEGER, k2 INTEGER, k3 INTEGER}
Curve = {a opaque OCTETSTRING, b opaque OCTETSTRING, seed BITSTRING?}
DSAPrivateKey = {version Version, p INTEGER, q INTEGER, g INTEGER, pub INTEGER, priv INTEGER}
DSAPublicKey = INTEGER
Dss-Parms = {p INTEGER, q INTEGER, g INTEGER}
DHParameter = {prime INTEGER, base INTEGER, privateValueLength INTEGER?}
DomainParameters = {p INTEGER, g INTEGER, q INTEGER, j INTEGER?, validationParms ValidationParms?}
ValidationParms = {seed opaque BITSTRING, pgenCounter INTEGER}
SignedPublicKeyAndChallenge = {publicKeyAndChallenge PublicKeyAndChallenge, signatureAlgorithm AlgorithmIdentifier, signature SignatureValue}
PublicKeyAndChallenge = {spki SubjectPublicKeyInfo, challenge IA5String}
ProxyCertInfo = {pCPathLenConstraint INTEGER?, proxyPolicy ProxyPolicy}
ProxyPolicy = {policyLanguage OID, policy opaque OCTETSTRING?}
DHParameter = {prime INTEGER, base INTEGER, privateValueLength INTEGER?}
CurvePrivateKey = opaque OCTETSTRING
ECDSA-Sig-Value = {r INTEGER, s INTEGER}

PFX = {version INTEGER, authSafe AuthSafeInfo, macData MacData?}
AuthSafeInfo = {contentType ContentType, content (0) any authSafes?}
AuthenticatedSafe = seqof SafeContentInfo
SafeContentInfo = {contentType ContentType, content (0) any safeContents?}
SafeContents = seqof SafeBag
SafeBag = {bagId OID, bagValue (0) any bags, bagAttributes setof Attribute?}
CertBag = {certId OID, certValue (0) any certBags}
CRLBag = {crlId OID, crlValue (0) any crlBags}
SecretBag = {secretTypeId OID, secretValue (0) ANY}
MacData = {mac DigestInfo, macSalt opaque OCTETSTRING, iterations INTEGER?}
DigestInfo = {digestAlgorithm DigestAlgorithmIdentifier, digest Digest}

PBES2-params = {keyDerivationFunc AlgorithmIdentifier, encryptionScheme AlgorithmIdentifier}
PBKDF2-params = {salt choice{specified opaque OCTETSTRING, otherSource AlgorithmIdentifier}, iterationCount INTEGER, keyLength INTEGER?, prf AlgorithmIdentifier?}
Scrypt-params = {salt opaque OCTETSTRING, costParameter INTEGER, blockSize INTEGER, parallelizationParameter INTEGER, keyLength INTEGER?}
PBEParameter = {salt opaque OCTETSTRING, iterations INTEGER}
RSASSA-PSS-params = {hashAlgorithm (0) AlgorithmIdentifier?, maskGenAlgorithm (1) AlgorithmIdentifier?, saltLength (2) INTEGER?, trailerField (3) INTEGER?}
RSAES-OAEP-params = {hashAlgorithm (0) AlgorithmIdentifier?, maskGenAlgorithm (1) AlgorithmIdentifier?, pSourceAlgorithm (2) AlgorithmIdentifier?}
GCMParameters = {aes-nonce opaque OCTETSTRING, aes-ICVlen INTEGER?}
IV = opaque OCTETSTRING
RC2-CBCParameter = choice{iv IV, rc2 RC2-CBCVersionAndIV}
RC2-CBCVersionAndIV = {rc2ParameterVersion INTEGER, iv IV}

MessageDigest = opaque OCTETSTRING
SigningTime = Time
Countersignature = SignerInfo
SMIMECapabilities = seqof SMIMECapability
SMIMECapability = {capabilityID OID, parameters ANY?}
SMIMEEncryptionKeyPreference = choice{issuerAndSerialNumber [0] IssuerAndSerialNumber, receipentKeyId [1] RecipientKeyIdentifier, subjectAltKeyIdentifier [2] SubjectKeyIdentifier}
SigningCertificate = {certs seqof ESSCertID, policies seqof PolicyInformation?}
SigningCertificateV2 = {certs seqof ESSCertIDv2, policies seqof PolicyInformation?}
ESSCertID = {certHash opaque OCTETSTRING, issuerSerial IssuerSerial?}
ESSCertIDv2 = {hashAlgorithm AlgorithmIdentifier?, certHash opaque OCTETSTRING, issuerSerial IssuerSerial?}
IssuerSerial = {issuer GeneralNames, serialNumber CertificateSerialNumber}
CMSAlgorithmProtection = {digestAlgorithm DigestAlgorithmIdentifier, signatureAlgorithm [1] SignatureAlgorithmIdentifier?, macAlgorithm [2] MessageAuthenticationCodeAlgorithm?}
ReceiptRequest = {signedContentIdentifier OCTETSTRING, receiptsFrom ReceiptsFrom, receiptsTo seqof GeneralNames}
ReceiptsFrom = choice{allOrFirstTier [0] INTEGER, receiptList [1] seqof GeneralNames}
ContentHints = {contentDescription UTF8String?, contentType ContentType}
ContentReference = {contentType ContentType, signedContentIdentifier OCTETSTRING, originatorSignatureValue OCTETSTRING}

OCSPRequest = {tbsRequest TBSRequest, optionalSignature (0) OCSPSignature?}
OCSPSignature = {signatureAlgorithm AlgorithmIdentifier, signature SignatureValue, certs (0) seqof Certificate?}
TBSRequest = {version (0) Version?, requestorName (1) GeneralName?, requestList seqof Request, requestExtensions (2) Extensions?}
Request = {reqCert CertID, singleRequestExtensions (0) Extensions?}
CertID = {hashAlgorithm AlgorithmIdentifier, issuerNameHash opaque OCTETSTRING, issuerKeyHash opaque OCTETSTRING, serialNumber CertificateSerialNumber}
OCSPResponse = {responseStatus OCSPResponseStatus, responseBytes (0) ResponseBytes?}
OCSPResponseStatus = ENUMERATED
ResponseBytes = {responseType OID, response holds any responses}
BasicOCSPResponse = {tbsResponseData ResponseData, signatureAlgorithm AlgorithmIdentifier, signature holds any signatures, certs (0) seqof Certificate?}
ResponseData = {version (0) Version?, responderID ResponderID, producedAt GeneralizedTime, responses seqof SingleResponse, responseExtensions (1) Extensions?}
ResponderID = choice{byName (1) Name, byKey (2) opaque OCTETSTRING}
SingleResponse = {certID CertID, certStatus CertStatus, thisUpdate GeneralizedTime, nextUpdate (0) GeneralizedTime?, singleExtensions (1) Extensions?}
CertStatus = choice{good [0] NULL, revoked [1] RevokedInfo, unknown [2] NULL}
RevokedInfo = {revocationTime GeneralizedTime, revocationReason (0) CRLReason?}
Nonce = OCTETSTRING

TSTInfo = {version INTEGER, policy OID, messageImprint MessageImprint, serialNumber INTEGER, genTime GeneralizedTime, accuracy Accuracy?, ordering BOOLEAN?, nonce INTEGER?, tsa (0) GeneralName?, extensions [1] Extensions?}
MessageImprint = {hashAlgorithm AlgorithmIdentifier, hashedMessage opaque OCTETSTRING}
Accuracy = {seconds INTEGER?, millis [0] INTEGER?, micros [1] INTEGER?}
TimeStampReq = {version INTEGER, messageImprint MessageImprint, reqPolicy OID?, nonce INTEGER?, certReq BOOLEAN?, extensions [0] Extensions?}
TimeStampResp = {status PKIStatusInfo, timeStampToken ContentInfo?}
PKIStatusInfo = {status INTEGER, statusString seqof UTF8String?, failInfo BITSTRING?}

@contents
1.2.840.113549.1.7.1 Data
1.2.840.113549.1.7.2 SignedData
1.2.840.113549.1.7.3 EnvelopedData
1.2.840.113549.1.7.5 DigestedData
1.2.840.113549.1.7.6 EncryptedData
1.2.840.113549.1.9.16.1.2 AuthenticatedData
1.2.840.113549.1.9.16.1.9 CompressedData
1.2.840.113549.1.9.16.1.23 AuthEnvelopedData

@eContents
1.2.840.113549.1.7.1 Data
1.2.840.113549.1.7.2 holds SignedData
1.2.840.113549.1.7.3 holds EnvelopedData
1.2.840.113549.1.7.5 holds DigestedData
1.2.840.113549.1.7.6 holds EncryptedData
1.2.840.113549.1.9.16.1.2 holds AuthenticatedData
1.2.840.113549.1.9.16.1.4 holds TSTInfo
1.2.840.113549.1.9.16.1.9 holds CompressedData
1.2.840.113549.1.9.16.1.23 holds AuthEnvelopedData

@authSafes
1.2.840.113549.1.7.1 holds AuthenticatedSafe
1.2.840.113549.1.7.2 SignedData

@safeContents
1.2.840.113549.1.7.1 holds SafeContents
1.2.840.113549.1.7.3 EnvelopedData
1.2.840.113549.1.7.6 EncryptedData

@bags
1.2.840.113549.1.12.10.1.1 PrivateKeyInfo
1.2.840.113549.1.12.10.1.2 EncryptedPrivateKeyInfo
1.2.840.113549.1.12.10.1.3 CertBag
1.2.840.113549.1.12.10.1.4 CRLBag
1.2.840.113549.1.12.10.1.5 SecretBag
1.2.840.113549.1.12.10.1.6 SafeContents

@certBags
1.2.840.113549.1.9.22.1 holds Certificate
1.2.840.113549.1.9.22.2 IA5String

@crlBags
1.2.840.113549.1.9.23.1 holds CertificateList

@publicKeys
1.2.840.113549.1.1.1 RSAPublicKey
1.2.840.113549.1.1.7 RSAPublicKey
1.2.840.113549.1.1.10 RSAPublicKey
1.2.840.10040.4.1 DSAPublicKey
1.2.840.113549.1.3.1 INTEGER
1.2.840.10046.2.1 INTEGER
1.2.840.10045.2.1 raw
1.3.132.1.12 raw
1.3.101.110 raw
1.3.101.111 raw
1.3.101.112 raw
1.3.101.113 raw

@privateKeys
1.2.840.113549.1.1.1 RSAPrivateKey
1.2.840.113549.1.1.7 RSAPrivateKey
1.2.840.113549.1.1.10 RSAPrivateKey
1.2.840.10045.2.1 ECPrivateKey
1.2.840.10040.4.1 INTEGER
1.2.840.113549.1.3.1 INTEGER
1.2.840.10046.2.1 INTEGER
1.3.101.110 CurvePrivateKey
1.3.101.111 CurvePrivateKey
1.3.101.112 CurvePrivateKey
1.3.101.113 CurvePrivateKey

@parameters
1.2.840.113549.1.1.1 NULL
1.2.840.113549.1.1.2 NULL
1.2.840.113549.1.1.4 NULL
1.2.840.113549.1.1.5 NULL
1.2.840.113549.1.1.7 RSAES-OAEP-params
1.2.840.113549.1.1.8 AlgorithmIdentifier
1.2.840.113549.1.1.9 OCTETSTRING
1.2.840.113549.1.1.10 RSASSA-PSS-params
1.2.840.113549.1.1.11 NULL
1.2.840.113549.1.1.12 NULL
1.2.840.113549.1.1.13 NULL
1.2.840.113549.1.1.14 NULL
1.3.14.3.2.26 NULL
1.2.840.113549.2.5 NULL
2.16.840.1.101.3.4.2.1 NULL
2.16.840.1.101.3.4.2.2 NULL
2.16.840.1.101.3.4.2.3 NULL
2.16.840.1.101.3.4.2.4 NULL
1.2.840.113549.1.3.1 DHParameter
1.2.840.10040.4.1 Dss-Parms
1.2.840.113549.1.3.1 DHParameter
1.2.840.10046.2.1 DomainParameters
1.2.840.10045.2.1 ECParameters
1.3.132.1.12 ECParameters
1.2.840.113549.1.5.13 PBES2-params
1.2.840.113549.1.5.12 PBKDF2-params
1.2.840.113549.1.5.1 PBEParameter
1.2.840.113549.1.5.3 PBEParameter
1.2.840.113549.1.5.10 PBEParameter
1.2.840.113549.1.12.1.1 PBEParameter
1.2.840.113549.1.12.1.2 PBEParameter
1.2.840.113549.1.12.1.3 PBEParameter
1.2.840.113549.1.12.1.4 PBEParameter
1.2.840.113549.1.12.1.5 PBEParameter
1.2.840.113549.1.12.1.6 PBEParameter
1.3.6.1.4.1.11591.4.11 Scrypt-params
1.2.840.113549.2.7 NULL
1.2.840.113549.2.9 NULL
1.2.840.113549.2.10 NULL
1.2.840.113549.2.11 NULL
1.2.840.113549.3.7 IV
1.2.840.113549.3.2 RC2-CBCParameter
1.3.14.3.2.7 IV
2.16.840.1.101.3.4.1.2 IV
2.16.840.1.101.3.4.1.22 IV
2.16.840.1.101.3.4.1.42 IV
2.16.840.1.101.3.4.1.6 GCMParameters
2.16.840.1.101.3.4.1.26 GCMParameters
2.16.840.1.101.3.4.1.46 GCMParameters
2.16.840.1.101.3.4.1.7 GCMParameters
2.16.840.1.101.3.4.1.27 GCMParameters
2.16.840.1.101.3.4.1.47 GCMParameters
1.2.840.113549.1.9.16.3.6 NULL
1.2.840.113549.1.9.16.3.7 AlgorithmIdentifier
1.2.840.113549.1.9.16.3.9 AlgorithmIdentifier
1.3.133.16.840.63.0.2 AlgorithmIdentifier
1.3.132.1.11.0 AlgorithmIdentifier
1.3.132.1.11.1 AlgorithmIdentifier
1.3.132.1.11.2 AlgorithmIdentifier
1.3.132.1.11.3 AlgorithmIdentifier
1.3.133.16.840.63.0.3 AlgorithmIdentifier
1.3.132.1.14.0 AlgorithmIdentifier
1.3.132.1.14.1 AlgorithmIdentifier
1.3.132.1.14.2 AlgorithmIdentifier
1.3.132.1.14.3 AlgorithmIdentifier

@fields
1.2.840.10045.1.1 INTEGER
1.2.840.10045.1.2 CharacteristicTwo

@bases
1.2.840.10045.1.2.3.1 NULL
1.2.840.10045.1.2.3.2 INTEGER
1.2.840.10045.1.2.3.3 Pentanomial

@signatures
1.2.840.113549.1.1.1 raw
1.2.840.113549.1.1.2 raw
1.2.840.113549.1.1.4 raw
1.2.840.113549.1.1.5 raw
1.2.840.113549.1.1.10 raw
1.2.840.113549.1.1.11 raw
1.2.840.113549.1.1.12 raw
1.2.840.113549.1.1.13 raw
1.2.840.113549.1.1.14 raw
1.3.14.3.2.29 raw
1.3.101.112 raw
1.3.101.113 raw
1.2.840.10045.4.1 ECDSA-Sig-Value
1.2.840.10045.4.3.1 ECDSA-Sig-Value
1.2.840.10045.4.3.2 ECDSA-Sig-Value
1.2.840.10045.4.3.3 ECDSA-Sig-Value
1.2.840.10045.4.3.4 ECDSA-Sig-Value
1.2.840.10040.4.3 ECDSA-Sig-Value
1.2.840.10040.4.1 ECDSA-Sig-Value
2.16.840.1.101.3.4.3.1 ECDSA-Sig-Value
2.16.840.1.101.3.4.3.2 ECDSA-Sig-Value

@extensions
2.5.29.9 SubjectDirectoryAttributes
2.5.29.14 SubjectKeyIdentifier
2.5.29.15 KeyUsage
2.5.29.16 PrivateKeyUsagePeriod
2.5.29.17 SubjectAltName
2.5.29.18 IssuerAltName
2.5.29.19 BasicConstraints
2.5.29.20 CRLNumber
2.5.29.21 CRLReason
2.5.29.23 OID
2.5.29.24 InvalidityDate
2.5.29.27 BaseCRLNumber
2.5.29.28 IssuingDistributionPoint
2.5.29.29 CertificateIssuer
2.5.29.30 NameConstraints
2.5.29.31 CRLDistributionPoints
2.5.29.32 CertificatePolicies
2.5.29.33 PolicyMappings
2.5.29.35 AuthorityKeyIdentifier
2.5.29.36 PolicyConstraints
2.5.29.37 ExtKeyUsageSyntax
2.5.29.46 FreshestCRL
2.5.29.54 InhibitAnyPolicy
1.3.6.1.5.5.7.1.1 AuthorityInfoAccessSyntax
1.3.6.1.5.5.7.1.3 QCStatements
1.3.6.1.5.5.7.1.11 SubjectInfoAccessSyntax
1.3.6.1.5.5.7.1.14 ProxyCertInfo
1.3.6.1.5.5.7.1.24 TLSFeatures
1.3.6.1.5.5.7.1.26 TNAuthorizationList
1.3.6.1.5.5.7.1.27 JWTClaimConstraints
1.3.6.1.5.5.7.1.33 EnhancedJWTClaimConstraints
1.3.6.1.5.5.7.48.1.5 NULL
1.3.6.1.5.5.7.48.1.2 Nonce
1.3.6.1.4.1.11129.2.4.2 SignedCertificateTimestampList
1.3.6.1.4.1.11129.2.4.3 NULL
1.2.840.113533.7.65.0 EntrustVersInfo
2.16.840.1.113730.1.1 NetscapeCertType
2.16.840.1.113730.1.13 IA5String

@attributes
1.2.840.113549.1.9.3 ContentType
1.2.840.113549.1.9.4 MessageDigest
1.2.840.113549.1.9.5 SigningTime
1.2.840.113549.1.9.6 Countersignature
1.2.840.113549.1.9.14 Extensions
1.2.840.113549.1.9.15 SMIMECapabilities
1.2.840.113549.1.9.16.2.1 ReceiptRequest
1.2.840.113549.1.9.16.2.4 ContentHints
1.2.840.113549.1.9.16.2.10 ContentReference
1.2.840.113549.1.9.16.2.11 SMIMEEncryptionKeyPreference
1.2.840.113549.1.9.16.2.12 SigningCertificate
1.2.840.113549.1.9.16.2.14 ContentInfo
1.2.840.113549.1.9.16.2.47 SigningCertificateV2
1.2.840.113549.1.9.20 BMPString
1.2.840.113549.1.9.21 opaque OCTETSTRING
1.2.840.113549.1.9.52 CMSAlgorithmProtection
1.3.6.1.4.1.311.16.4 IssuerAndSerialNumber

@recipients
1.2.840.113549.1.9.16.13.3 KEMRecipientInfo

@revocationInfos
1.3.6.1.5.5.7.16.2 OCSPResponse

@qualifiers
1.3.6.1.5.5.7.2.1 CPSuri
1.3.6.1.5.5.7.2.2 UserNotice

@responses
1.3.6.1.5.5.7.48.1.1 BasicOCSPResponse
`

// roots are the types that a whole input may be, the most telling first.
var roots = []string{
	"ContentInfo", "Certificate", "CertificateList", "CertificationRequest", "PFX", "RSAPrivateKey", "DSAPrivateKey",
	"ECPrivateKey", "PrivateKeyInfo", "SubjectPublicKeyInfo", "OCSPResponse", "OCSPRequest", "BasicOCSPResponse",
	"TimeStampResp", "TimeStampReq", "SignedData", "EnvelopedData", "AuthEnvelopedData", "TBSCertificate", "TBSCertList",
	"CertificationRequestInfo", "SignedPublicKeyAndChallenge", "SignerInfo", "EncryptedPrivateKeyInfo", "SpecifiedECDomain", "Extensions", "TSTInfo", "RSAPublicKey", "Dss-Parms",
	"AlgorithmIdentifier", "IssuerAndSerialNumber", "RDNSequence",
}
