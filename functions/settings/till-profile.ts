/** The till's profile: the parts of a customer that a till shows (upstream notes §6). */
export const TILL_PROFILE =
  'id,profiles(firstName,lastName,identifiers(type,value)),loyaltyInfo(loyaltyType,lifetimePurchases),' +
  'loyaltyProgramDetails(programId,programTitle,currentSlab,currentSlabDescription,slabSNo,slabExpiryDate,nextSlab,' +
  'nextSlabSerialNumber,nextSlabDescription,loyaltyPoints,totalAvailablePoints,delayedPoints,' +
  'programPointsToCurrencyRatio,upgradeStrategies,gapToRenewSummary),cardDetails(cardNumber,type,seriesCode,' +
  'seriesName,expiryDate,statusInfo(status,label,isActive)),segments,warnings';

/** The till's profile of v1.1: names and identifiers, tier, points, coupons, store and till. */
export const TILL_PROFILE_V1 =
  'user_id,firstname,lastname,mobile,email,external_id,type,current_slab,lifetime_points,lifetime_purchases,' +
  'loyalty_points,coupons,registered_store,registered_till';
