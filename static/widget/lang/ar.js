// The interface in Arabic.
export default {
  language: 'ar', chat: 'دردشة', close: 'إغلاق الدردشة', menu: 'خيارات أخرى', assistant: 'مساعد ذكاء اصطناعي',
  greeting: 'مرحبًا! كيف يمكننا مساعدتك؟', conversation: 'المحادثة', placeholder: 'اطرح سؤالًا…', send: 'إرسال',
  stop: 'إيقاف الإجابة', retry: 'إعادة المحاولة', copy: 'نسخ', copied: 'تم النسخ', good: 'مفيد', bad: 'غير مفيد',
  sources: 'المصادر', you: 'أنت', said: '{name}', stopped: 'تم الإيقاف', thinking: 'لحظة من فضلك…',
  latest: 'الانتقال إلى الأحدث', suggestions: 'أسئلة مقترحة', human: 'التحدث إلى شخص', clear: 'مسح المحادثة',
  fresh: 'محادثة جديدة', sound: 'الصوت', expand: 'تكبير', shrink: 'تصغير', waiting: 'نستدعي أحد الزملاء…',
  joined: '{name} معك الآن', person: 'أحد الزملاء', typing: '{name} يكتب…', away: 'لا يوجد أحد متاح الآن.',
  opens: 'سنعود {time}.', contact: 'اترك بيانات التواصل', offline: 'أنت غير متصل. ستنتظر الرسائل حتى تعود.',
  limited: 'كان ذلك سريعًا. يمكنك المتابعة بعد {seconds} ث.', full: 'بلغت هذه المحادثة حدها في الوقت الحالي.',
  again: 'يمكنك المتابعة: {time}.',
  failed: 'لم ينجح ذلك.', unreachable: 'لا يمكن الوصول إلى الدردشة الآن.', dismiss: 'إغلاق',
  voice: 'انطق سؤالك', listening: 'أستمع… اضغط مرة أخرى للإيقاف', lead: 'كيف يمكننا التواصل معك؟', lead_send: 'إرسال',
  lead_later: 'ليس الآن', lead_thanks: 'شكرًا لك! سنتواصل معك.', required: 'هذا الحقل مطلوب.',
  email: 'لا يبدو هذا عنوان بريد إلكتروني.', email_label: 'البريد الإلكتروني',
};
