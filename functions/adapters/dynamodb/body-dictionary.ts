/*
 * The text that short bodies are packed with, as zlib's preset dictionary (RFC 1950 §2.2). It is made of a typical
 * reply of each API: the names, in the upstream's order, and usual values. The text at its end packs best.
 *
 * Never change it. Stored bodies can be read only with the text that they were packed with. A body names its dictionary
 * by a checksum, so after a change each of them is a miss. Another dictionary needs its own form (`FORMS` in
 * stored-body.ts).
 */

const COUPON =
  '"coupons":{"coupon":[{"id":"","series_id":"","offer_id":"","code":"","description":"","status":"active",' +
  '"created_date":"2026-01-01 10:00:00","created_by":"","org_entity_type":"STORE","org_entity_value":"",' +
  '"valid_till":"2027-12-31","transaction_number":"","redeemed":"false"}]}';

const V1_REPLY =
  '{"response":{"status":{"success":"true","code":200,"message":"Operation Successful","total":1,"success_count":1},' +
  '"customers":{"customer":[{"firstname":"","lastname":"","mobile":"91","email":"","external_id":"",' +
  '"lifetime_points":0,"lifetime_purchases":0,"loyalty_points":0,"current_slab":"","type":"loyalty",' +
  `"registered_store":{"code":"","name":""},"registered_till":{"code":"","name":""},"user_id":"",${COUPON},` +
  '"item_status":{"success":"true","code":1000,"message":"Customer successfully retrieved","warnings":{"field":[]}}}]}}}';

const PARTNER =
  '{"partnerProgramId":1,"partnerProgramName":"","partnerProgramDescription":"","partnerTierNumber":1,' +
  '"partnerTierName":"","partnerTierExpiryDate":"","partnerMembershipId":"","partnerProgramType":"SUPPLEMENTARY",' +
  '"partnerProgramMembershipStartDate":"","partnerProgramMembershipEndDate":"",' +
  '"partnerProgramMembershipLastUpdatedDate":"","partnerProgramMembershipLastUpdatedActivity":"","linked":true,' +
  '"tierBased":false}';

const PROGRAM =
  '{"redeemed":0.0,"expired":0.0,"returned":0.0,"adjusted":0.0,"lifetimePoints":0.0,"loyaltyPoints":0.0,' +
  '"cumulativePurchases":0.0,"loyaltyId":-1,"currentSlab":"Silver","currentSlabDescription":"Silver",' +
  '"nextSlab":"Gold","nextSlabSerialNumber":2,"nextSlabDescription":"Gold","slabSNo":1,' +
  '"slabExpiryDate":"2027-12-31T23:59:59Z","programId":1,"delayedPoints":0.0,"delayedReturnedPoints":0.0,' +
  '"delayedExpiredPoints":0.0,"totalAvailablePoints":0.0,"totalReturnedPoints":0.0,' +
  `"linkedPartnerPrograms":[${PARTNER}],"programTitle":"","programDescription":"","programPointsToCurrencyRatio":1.0,` +
  '"upgradeStrategies":[{"upgradeBasedOn":"CURRENT_POINTS","upgradeThreshold":0.0,' +
  '"customerUpgradeEntityValues":{"currentValue":0.0,"gapToUpgrade":0.0,"valueValidUpto":"2027-12-31"}}],' +
  '"gapToRenewSummary":null}';

const CARD =
  '{"seriesName":"","type":"DIGITAL","cardNumber":"","seriesCode":"",' +
  '"statusInfo":{"isActive":true,"label":"ACTIVE","status":"ACTIVE"},"expiryDate":"2028-12-31T00:00:00Z"}';

const V2_REPLY =
  '{"id":1,"profiles":[{"firstName":"","lastName":"","identifiers":[{"type":"mobile","value":"91"},' +
  '{"type":"email","value":"@gmail.com"},{"type":"externalId","value":""},{"type":"cardnumber","value":""}]}],' +
  `"loyaltyInfo":{"loyaltyType":"loyalty","lifetimePurchases":0.0},"segments":{},"loyaltyProgramDetails":[${PROGRAM}],` +
  `"pointsSummary":[],"subscriptionInfo":[{"priority":"BULK","scope":"ALL","channel":"EMAIL","type":"OPTIN"}],` +
  `"cardDetails":[${CARD}],"warnings":[]}`;

/** The dictionary, in ASCII. */
export const BODY_DICTIONARY = V1_REPLY + V2_REPLY;
